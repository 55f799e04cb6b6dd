/**
 * The preview beside the theme's form: at each change it asks the house for the colours as they would be worn (contrast
 * corrected there and nowhere else) and sets them on the small faces.
 */
import { readJson } from "../../shared/dom.js";

/** @typedef {{dark: Record<string, string>, light: Record<string, string>, backdrop: string, notes: string[], problem?: string}} Colours */

const WAIT_MS = 150;
const page = /** @type {HTMLElement} */ (document.querySelector("[data-colours]"));
const form = /** @type {HTMLFormElement} */ (page.querySelector("form"));
const notes = /** @type {HTMLElement} */ (page.querySelector("[data-notes]"));
let waiting = 0;
let asked = 0;

/** @param {Colours} colours */
function wear(colours) {
  tell(colours.problem ? [colours.problem] : colours.notes);
  if (colours.problem) return;
  for (const face of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-side]"))) {
    const side = face.dataset["side"] === "light" ? colours.light : colours.dark;
    for (const [name, value] of Object.entries(side)) face.style.setProperty(name, value);
    face.style.setProperty("--backdrop", colours.backdrop);
  }
}

/** @param {string[]} said */
function tell(said) {
  notes.replaceChildren(...said.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
}

async function ask() {
  const mine = ++asked;
  const data = new FormData(form);
  const wanted = new URLSearchParams();
  for (const name of ["brand", "ground", "grounded", "backdrop"]) {
    const value = data.get(name);
    if (typeof value === "string") wanted.set(name, value);
  }
  try {
    const answer = await fetch(`${page.dataset["colours"]}?${wanted}`, { headers: { Accept: "application/json" } });
    if (answer.ok && mine === asked) wear(await answer.json());
  } catch {
    // The network is away: the faces keep what they wear, the next change asks again.
  }
}

/** A colour picked is typed, a colour typed is picked; taking a ground means wanting it. @param {HTMLInputElement} field */
function pair(field) {
  const picks = field.dataset["picks"];
  const other = /** @type {HTMLInputElement | null} */ (picks ? form.elements.namedItem(picks) : form.querySelector(`[data-picks="${field.name}"]`));
  if (other && (picks || /^#[0-9a-f]{6}$/i.test(field.value))) other.value = field.value;
  if ((picks ?? field.name) === "ground") /** @type {HTMLInputElement} */ (form.elements.namedItem("grounded")).checked = true;
}

/** @param {HTMLInputElement} field */
function showLogo(field) {
  const file = field.files?.[0];
  for (const logo of /** @type {NodeListOf<HTMLImageElement>} */ (page.querySelectorAll("[data-logo-here]"))) {
    if (!file) continue;
    logo.src = URL.createObjectURL(file);
    logo.hidden = false;
  }
}

form.addEventListener("input", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.type === "file") return showLogo(field);
  pair(field);
  clearTimeout(waiting);
  waiting = window.setTimeout(ask, WAIT_MS);
});
wear(readJson("page-colours"));
