/** The own card: drawn as a picture that can be saved, sent on, or pressed long. Without this script the page stands as it is. */
import { announce, readJson } from "../../shared/dom.js";
import { sendOn } from "../../shared/share.js";
import { loadWords, pick, t } from "../../shared/words.js";
import { drawBadges } from "../badges.js";
import { drawCard, HEIGHT, WIDTH } from "../picture.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {import("../picture.js").Card} card */
function drawn(card) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const ink = canvas.getContext("2d");
  if (!ink) return null;
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const token = (name) => style.getPropertyValue(name).trim();
  drawCard(ink, card, { brand: token("--brand"), ink: token("--brand-ink"), font: token("--font") });
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {import("../picture.js").Card} card */
function offer(canvas, card) {
  const picture = /** @type {HTMLImageElement} */ (part("picture"));
  picture.src = canvas.toDataURL("image/png"); // chat apps save no blob: by a long press
  const save = /** @type {HTMLAnchorElement} */ (part("save"));
  [save.href, save.download] = [picture.src, card.file];
  /** @type {File[]} */
  const files = [];
  canvas.toBlob((blob) => {
    if (blob) files.push(new File([blob], card.file, { type: "image/png" }));
  }, "image/png");
  part("send").addEventListener("click", async (event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    const text = t("{n} points. Can you do better?", { n: card.place.score });
    if (!(await sendOn({ title: pick(card.title), text, url: card.address, files }))) return;
    button.textContent = t("Link copied");
    announce(t("Link copied"));
  });
  part("card").hidden = true;
  part("show-off").hidden = false;
}

loadWords();
drawBadges();
const card = readJson("page");
const canvas = card && drawn(card);
if (canvas) offer(canvas, card);
part("address").addEventListener("focus", (event) => /** @type {HTMLInputElement} */ (event.target).select());
