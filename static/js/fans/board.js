/** The board on the phone: the ten best, rows arriving from where they stood, and the own place always in sight. */
import { html, nothing } from "lit-html";
import { classMap } from "lit-html/directives/class-map.js";
import { repeat } from "lit-html/directives/repeat.js";

import { named } from "../shared/named.js";
import { bestRank, placed } from "../shared/standing.js";
import { count, place as placeSaid, t } from "../shared/words.js";
import { worn } from "../shared/worn.js";
import { aheadNow, recounted, streamBoard } from "./pieces.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("../shared/contract").BoardRow} BoardRow */

/** @param {Model} view */
export function board(view) {
  const scene = view.state.scene;
  const told = scene?.board;
  if (!told) return nothing;
  const me = view.state.you?.fan;
  const listed = told.top.some((row) => row.fan === me);
  return html`<section class="board">
    ${recounted(view)}${streamBoard(view)}
    ${told.top.length === 0 ? html`<p class="empty">${t("Nobody is on the board yet.")}</p>` : nothing}
    <ol class="rows">
      ${repeat(told.top, (row) => `${scene.seq} ${row.fan}`, (row, at) => line(row, at, row.fan === me ? view.state.you : null, scene.badges?.[row.fan]))}
    </ol>
    ${listed ? nothing : own(view)}
    ${told.survivors === null ? nothing : html`<p class="soft">${t("{n} still in", { n: count(told.survivors) })}</p>`}
    ${view.fallen ? fallen(view, view.fallen) : nothing}
  </section>`;
}

/** The own name stands here also while names are hidden.
 * @param {BoardRow} row @param {number} at its line @param {import("../shared/contract").You | null} you whose row it is, if ours
 * @param {string} [badge] worn beside the name */
function line(row, at, you, badge) {
  const from = row.before === null ? 2 : Math.max(-8, Math.min(8, row.before - 1 - at));
  const classes = classMap({ row: true, "row--mine": you !== null, "row--out": row.out, "row--first": row.rank === 1 && row.score > 0 });
  return html`<li class=${classes} .style=${`--from:${from};--at:${at}`}>
    <b class="row__rank num">${placed(row.score, row.rank)}</b>
    <span class="row__name">${named(you?.name ?? row.name)}${worn(badge)}${row.out ? html` <em>${t("out")}</em>` : nothing}</span>
    <span class="row__gained num">${row.gained > 0 ? `+${count(row.gained)}` : nothing}</span>
    <b class="row__score num">${count(row.score)}</b>
  </li>`;
}

/** The board of those who are out and play on for fun, for those who are on it.
 * @param {Model} view @param {import("../shared/contract").OwnFallen} own */
function fallen({ state }, own) {
  const { of, top } = state.scene?.board?.fallen ?? { of: 0, top: [] };
  return html`<section class="fallen">
    <h2>${t("Board of the fallen")} <small class="num">${count(of)}</small></h2>
    <p class="fallen__own">${funWords(own)}</p>
    <ol class="fallen__rows">
      ${top.map((row) => html`<li class=${classMap({ fallen__row: true, "fallen__row--mine": row.fan === state.you?.fan })}>
        <b class="num">${row.rank}</b><span class="row__name">${named(row.fan === state.you?.fan ? state.you.name : row.name)}</span><span class="num">${rightForFun(row.score)}</span>
      </li>`)}
    </ol>
  </section>`;
}

/** @param {number} n */
const rightForFun = (n) => (n === 1 ? t("1 right") : t("{n} right", { n: count(n) }));

/** Out, playing on for fun: 3 right, 2nd of the fallen. @param {import("../shared/contract").OwnFallen} own */
function funWords({ score, rank }) {
  if (score === 0) return t("Out, playing on for fun: nothing right so far");
  const right = rightForFun(score);
  return rank ? t("Out, playing on for fun: {right}, {place} of the fallen", { right, place: placeSaid(rank) }) : t("Out, playing on for fun: {right}", { right });
}

/** Own line, for all who are not among the ten. @param {Model} view */
function own(view) {
  const { state } = view;
  const told = state.scene?.board;
  const you = state.you;
  if (!told || !you) return nothing;
  const exact = state.standing?.rank;
  const percent = aheadNow(view);
  const near = view.current ? `≈${count(bestRank(told.histogram, view.score))}` : "—";
  return html`<p class="row row--mine row--apart">
    <b class="row__rank num">${placed(view.score, exact ? count(exact) : near)}</b>
    <span class="row__name">${named(you.name)}</span>
    <span class="row__gained num">${!percent ? nothing : t("ahead of {n}%", { n: percent })}</span>
    <b class="row__score num">${count(view.score)}</b>
  </p>`;
}
