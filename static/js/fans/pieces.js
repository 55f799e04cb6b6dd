/** Small parts that several scenes are made of. */
import { html, nothing, svg } from "lit-html";

import { letter, mark } from "../shared/elements.js";
import { aheadPercent } from "../shared/standing.js";
import { count, pick, recountWords, t } from "../shared/words.js";

/** The seal of a choice: mark in its colour, letter beside it. @param {number} place @param {string} [classes] */
export const seal = (place, classes = "") =>
  html`<span class="seal ${classes}" data-el=${place}>${mark(place)}<b class="seal__letter">${letter(place)}</b></span>`;

/** A choice as a short chip. @param {import("../shared/contract").RoundNow} round @param {number} place */
export const chip = (round, place) =>
  html`<span class="chip" data-el=${place}>${mark(place)}<b>${letter(place)}</b> ${pick(round.choices?.[place])}</span>`;

/** Check, cross, dash: never colour alone. @param {"right" | "wrong" | "silent" | "void" | "pot"} kind */
export function sign(kind) {
  const paths = {
    right: "M4.500 12.600l5 5L19.800 6.800",
    wrong: "M6 6l12 12M18 6L6 18",
    silent: "M5 12h14",
    void: "M6 18L18 6",
    pot: "M4.500 19.500h15M4.500 15.500L3.500 7l4.800 3.800L12 4.500l3.700 6.300L20.500 7l-1 8.500z",
  };
  return html`<svg class="sign sign--${kind}" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[kind]} /></svg>`;
}

const HEART = "M12 20.500L4.200 12.700a5 5 0 0 1 7.100-7.100l.7.7.7-.7a5 5 0 0 1 7.100 7.100Z";

/** The extra life of a survival run: filled while it is there, struck through once it is gone. @param {boolean} there */
export const life = (there) => html`<span class="life ${there ? "" : "life--gone"}"><svg class="life__sign" viewBox="0 0 24 24" aria-hidden="true">
  <path d=${HEART} />${there ? nothing : svg`<path d="M4 20L20 4" />`}</svg><span class="visually-hidden">${there ? t("extra life left") : t("extra life used up")}</span></span>`;

/** @param {unknown} label @param {unknown} value @param {string} [classes] */
export const figure = (label, value, classes = "") =>
  html`<div class="figure ${classes}"><dt>${label}</dt><dd class="num">${value}</dd></div>`;

/** How many are here, we among them; the tick is newer than the scene or the other way round. @param {import("./model.js").Model} view */
const here = ({ state }) => Math.max(1, state.tick?.joined ?? 0, state.scene?.run.joined ?? 0);

/** @param {import("./model.js").Model} view */
export const people = (view) => (here(view) === 1 ? t("You are the first here") : t("{n} people are here", { n: count(here(view)) }));

/** What a viewer of the stream plays in: a mark beside the title in every scene. @param {import("../shared/contract").RunNow | undefined} run */
export const streamTag = (run) => (run?.stream ? html`<b class="tag">${t("Stream +{s} s", { s: late(run.stream) })}</b> ` : nothing);

/** @param {{delay_ms: number}} stream in seconds, without needless zeros */
export const late = (stream) => String(Number((stream.delay_ms / 1000).toFixed(1)));

/** Whose board this is, where it is not the hall's. @param {import("./model.js").Model} view */
export function streamBoard({ state }) {
  const stream = state.scene?.run.stream;
  return stream ? html`<p class="soft">${t("Board of the stream: {name}", { name: stream.name })}</p>` : nothing;
}

/** One line when the scores on the board were counted again. @param {import("./model.js").Model} view */
export function recounted({ state }) {
  const { board, reveal: told, round } = state.scene ?? {};
  // The reveal of the changed question says more about it by itself.
  if (!board?.changed || (state.scene?.scene === "reveal" && told?.changed && board.changed.n === round?.n)) return nothing;
  return html`<p class="notice" role="status">${recountWords(board.changed)}</p>`;
}

/** Share of the others who are behind, in percent; unknown while the own score is of an older count than the board.
 * @param {Pick<import("./model.js").Model, "state" | "score" | "current">} view */
export function aheadNow({ state, score, current }) {
  const board = state.scene?.board;
  return board && state.you && current ? aheadPercent(board.histogram, board.of, score) : null;
}

/** "Ahead of 42%", with its place kept while it is not known yet; who is ahead of nobody is not told so. @param {import("./model.js").Model} view */
export function aheadFigure(view) {
  const percent = aheadNow(view);
  if (percent === 0 || (view.state.scene?.board?.of ?? 0) < 2) return nothing;
  return figure(t("Ahead of"), percent === null ? "—" : `${percent}%`, "figure--hot");
}

/** @param {import("./model.js").Model} view */
export const joined = (view) => count(here(view));

/** @param {import("./model.js").Model} view */
export function answeredSoFar({ state }) {
  const n = state.tick?.answered ?? 0;
  if (n === 1) return t("1 has answered");
  return n > 0 ? t("{n} have answered", { n: count(n) }) : nothing;
}

