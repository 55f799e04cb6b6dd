/** Small parts that several scenes are made of. */
import { html, nothing } from "lit-html";

import { CHARACTERS, letter, mark } from "../shared/elements.js";
import { count, lang, pick, t } from "../shared/words.js";

/** The seal of a choice: mark in its colour, letter beside it. @param {number} place @param {string} [classes] */
export const seal = (place, classes = "") =>
  html`<span class="seal ${classes}" data-el=${place}>${mark(place)}<b class="seal__letter">${letter(place)}</b></span>`;

/** A choice as a short chip. @param {import("../shared/contract").RoundNow} round @param {number} place */
export const chip = (round, place) =>
  html`<span class="chip" data-el=${place}>${mark(place)}<b>${letter(place)}</b> ${pick(round.choices?.[place])}</span>`;

/** Check, cross, dash: never colour alone. @param {"right" | "wrong" | "silent" | "void"} kind */
export function sign(kind) {
  const paths = {
    right: "M4.500 12.600l5 5L19.800 6.800",
    wrong: "M6 6l12 12M18 6L6 18",
    silent: "M5 12h14",
    void: "M6 18L18 6",
  };
  return html`<svg class="sign sign--${kind}" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[kind]} /></svg>`;
}

/** @param {unknown} label @param {unknown} value @param {string} [classes] */
export const figure = (label, value, classes = "") =>
  html`<div class="figure ${classes}"><dt>${label}</dt><dd class="num">${value}</dd></div>`;

/** @param {import("./model.js").Model} view */
export function people({ state }) {
  const joined = Math.max(state.tick?.joined ?? 0, state.scene?.run.joined ?? 0);
  return joined === 1 ? t("You are the first here") : t("{n} people are here", { n: count(joined) });
}

/** @param {import("./model.js").Model} view */
export function answeredSoFar({ state }) {
  const n = state.tick?.answered ?? 0;
  return n > 0 ? t("{n} have answered", { n: count(n) }) : nothing;
}

/** The element's character, for those who read it. @param {number} place */
export const elementName = (place) => (lang() === "zh" ? CHARACTERS[place] : letter(place));
