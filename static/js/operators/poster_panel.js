/** The poster on a page: fetched, drawn in both languages, shown small, to be saved as PNG. Used by desk and report. */
import { html, nothing, render } from "lit-html";
import { t } from "../shared/words.js";
import { drawPoster, HEIGHT, WIDTH } from "./poster.js";

/** @typedef {import("./poster.js").Poster} Poster
 * @typedef {{lang: string, file: string, url: string}} Sheet */

/** The colours of the screens, as the campaign's theme has them: read off an element that stands on a screen's ground. */
function lookOf() {
  const probe = document.createElement("i");
  probe.className = "screen";
  probe.dataset["ground"] = "dark";
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const look = {
    ground: token("--ground"), raised: token("--raised"), text: token("--text"), soft: token("--text-soft"),
    brand: token("--brand"), brandInk: token("--brand-ink"), gold: token("--gold"), font: token("--font"),
  };
  probe.remove();
  return look;
}

/** A logo that does not load is left out. @param {string | null} source @returns {Promise<HTMLImageElement | null>} */
function logoFrom(source) {
  if (!source) return Promise.resolve(null);
  return new Promise((done) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = source;
  });
}

/** @param {Poster} poster @returns {Promise<Sheet[]>} */
async function drawn(poster) {
  const logo = await logoFrom(poster.logo);
  const look = lookOf();
  return (/** @type {const} */ (["zh", "en"])).flatMap((lang) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    const ink = canvas.getContext("2d");
    if (!ink) return [];
    canvas.lang = poster.faces[lang].lang; // Chinese letters of the right country
    drawPoster(ink, poster.faces[lang], look, { logo, qr: poster.qr });
    return [{ lang, file: poster.faces[lang].file, url: canvas.toDataURL("image/png") }];
  });
}

/** @param {string} address @returns {Promise<Sheet[]>} none while there is no poster */
export async function postersFrom(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await drawn(await answer.json()) : [];
  } catch {
    return []; // The network is away: who reloads the page asks again.
  }
}

/** @param {Sheet[]} sheets */
export const postersView = (sheets) => sheets.length === 0 ? nothing : html`
  <div class="posters">${sheets.map(({ lang, file, url }) => html`
    <figure class="posters__one"><img src=${url} width="216" height="384" alt=${lang === "zh" ? t("The poster in Chinese") : t("The poster in English")}>
      <figcaption><a class="button" href=${url} download=${file}>${lang === "zh" ? t("Save in Chinese (PNG)") : t("Save in English (PNG)")}</a></figcaption></figure>`)}</div>`;

/** @param {HTMLElement} root with data-poster: where it comes from */
export async function fillPosters(root) {
  const sheets = await postersFrom(root.dataset["poster"] ?? "");
  if (sheets.length === 0) return;
  const place = /** @type {HTMLElement} */ (root.querySelector("[data-posters]"));
  render(postersView(sheets), place);
  root.hidden = false;
}
