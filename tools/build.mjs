/**
 * Bundles the pages: one script and one stylesheet per audience, named by their content, compressed beforehand.
 *
 * static/js/<audience>/main.js      → <audience>-HASH.js          static/css/<audience>.css → <audience>-HASH.css
 * static/js/<audience>/pages/<p>.js → <audience>-<p>-HASH.js      static/img/<picture>.png  → <picture>-HASH.png
 * manifest.json: {"fans.js": "fans-HASH.js", …}
 *
 * No code splitting: on a phone with 400 ms round trips a shared chunk costs more than it saves. The output is made
 * in a sibling folder and put in place by a rename, so that no page ever finds half a build.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "..", "static");
const DIST = join(STATIC, "dist");
const FRESH = join(STATIC, ".dist-new");
const AUDIENCES = ["fans", "road", "displays", "operators"];
/** What a fan's phone loads before the first tap, in compressed bytes (product: "≤ 60 kB compressed in all"). */
const FANS_LIMIT = 60_000;

/** @param {string} folder @param {string} suffix */
function filesIn(folder, suffix) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(suffix)).sort() : [];
}

/** @returns {Record<string, string>} output name without hash → source */
function scripts() {
  /** @type {Record<string, string>} */
  const entries = {};
  for (const audience of AUDIENCES) {
    const main = join(STATIC, "js", audience, "main.js");
    if (existsSync(main)) entries[audience] = main;
    const pages = join(STATIC, "js", audience, "pages");
    for (const page of filesIn(pages, ".js")) entries[`${audience}-${basename(page, ".js")}`] = join(pages, page);
  }
  return entries;
}

/** @returns {Record<string, string>} */
function styles() {
  // tokens.css and its like are imported by the audiences' stylesheets; alone they are no page's stylesheet.
  const present = AUDIENCES.filter((audience) => existsSync(join(STATIC, "css", `${audience}.css`)));
  return Object.fromEntries(present.map((audience) => [audience, join(STATIC, "css", `${audience}.css`)]));
}

/** @param {Record<string, string>} entryPoints @param {import("esbuild").BuildOptions} options */
async function bundle(entryPoints, options) {
  if (Object.keys(entryPoints).length === 0) return [];
  const { metafile } = await build({
    entryPoints,
    bundle: true,
    minify: true,
    metafile: true,
    outdir: FRESH,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    legalComments: "external",
    logLevel: "warning",
    loader: { ".svg": "dataurl", ".woff2": "file", ".png": "file", ".webp": "file" },
    ...options,
  });
  return Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint).map(([path]) => basename(path));
}

/** Pictures that pages name by themselves: as they are, under a name of their content. */
function pictures() {
  const folder = join(STATIC, "img");
  return filesIn(folder, ".png").map((name) => {
    const data = readFileSync(join(folder, name));
    const hash = createHash("sha256").update(data).digest("hex").slice(0, 8).toUpperCase();
    const named = name.replace(/\.png$/, `-${hash}.png`);
    writeFileSync(join(FRESH, named), data);
    return named;
  });
}

/** The compressed twins are what the server sends; the plain file serves those who accept neither. */
function precompress() {
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const name of readdirSync(FRESH).filter((each) => /\.(js|css|svg)$/.test(each))) {
    const plain = readFileSync(join(FRESH, name));
    const packed = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(join(FRESH, `${name}.br`), packed);
    writeFileSync(join(FRESH, `${name}.gz`), gzipSync(plain, { level: 9 }));
    sizes[name] = packed.length;
  }
  return sizes;
}

rmSync(FRESH, { recursive: true, force: true });
mkdirSync(FRESH, { recursive: true });
const built = [
  ...(await bundle(scripts(), { format: "esm", target: "es2020" })),
  ...(await bundle(styles(), { target: ["chrome87", "safari14", "firefox78"] })),
  ...pictures(),
];
const sizes = precompress();
const manifest = Object.fromEntries(built.map((name) => [name.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1"), name]).sort());
writeFileSync(join(FRESH, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [name, file] of Object.entries(manifest)) {
  console.log(`  ${name.padEnd(20)} ${((sizes[file] ?? 0) / 1000).toFixed(1).padStart(6)} kB compressed`);
}
for (const page of [["fans.js", "fans.css"], ["road.js", "road-join.js", "fans.css", "road.css"]]) {
  const loaded = page.reduce((sum, name) => sum + (sizes[manifest[name] ?? ""] ?? 0), 0);
  if (loaded <= FANS_LIMIT) continue;
  console.error(`${page[0]} comes with ${loaded} compressed bytes; a phone on a bad network is promised ≤ ${FANS_LIMIT}.`);
  process.exit(1);
}
rmSync(DIST, { recursive: true, force: true });
renameSync(FRESH, DIST);
