/**
 * The board, whose rows travel from where they stood to where they stand now, and the podium: three gates that open
 * one after the other, 3, 2, 1. Ties share a rank and a gate; gates nobody came through have their own words.
 */

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { named } from "../shared/named.js";
import { placed } from "../shared/standing.js";
import { t } from "../shared/words.js";
import { worn } from "../shared/worn.js";
import { BOARD_ROWS, gates, journeys } from "./figures.js";
import { counted, frame, nobodyLeft, number, people, recounted, seconds } from "./pieces.js";
import { podiumStory } from "./stories.js";
import { vars } from "./vars.js";

/** @typedef {import("./pieces.js").Show} Show */

const NAMES_IN_A_GATE = 4;

/** @param {Show} show */
export function board(show) {
  const { board: table, round } = show.scene;
  const rows = journeys(table?.top ?? []);
  return frame(show, html`
    <div class="table">
      ${recounted(table)}${nobodyLeft(show.scene)}
      ${rows.length === 0 ? html`<div class="still"><h1>${t("The board is still empty")}</h1><p>${t("The next question may change that")}</p></div>` : html`
        <div class="halves ${table?.fallen?.of ? "halves--two" : ""}">
        <ol class="rows" ${vars({ "--rows": Math.max(7, rows.length), "--count": rows.length })}>
          ${repeat(rows, ({ row }) => row.fan, ({ row, from, to, moved }) => html`
            <li class="row ${from >= BOARD_ROWS ? "row--new" : ""} ${row.rank === 1 && row.score > 0 ? "row--first" : ""} ${row.out ? "row--out" : ""}" ${vars({ "--from": from, "--to": to })}>
              <span class="place num">${placed(row.score, row.rank)}</span>
              <span class="row__moved">${arrow(hadPlace(row) ? moved : null)}</span>
              <span class="name">${named(row.name)}${worn(show.scene.badges?.[row.fan])}</span>
              ${row.out ? html`<span class="tag">${t("out")}</span>` : nothing}
              <span class="row__gained num">${row.gained ? `+${number(row.gained)}` : ""}</span>
              <span class="row__score">${counted(row.score, row.score - (row.gained ?? 0))}</span>
            </li>`)}
        </ol>
        ${table?.fallen?.of ? fallen(table.fallen) : nothing}
        </div>`}
    </div>`, {
    name: "board",
    middle: html`<span>${round && round.n ? t("Board after question {n} of {of}", { n: round.n, of: round.of }) : t("Board")}</span>`,
    right: typeof table?.survivors !== "number" ? people(table?.of ?? show.joined)
      : html`<p class="people num">${t("{n} still in", { n: number(table.survivors) })}</p>`,
  });
}

/** Beside those still in: who is out plays on for fun. @param {{of: number, top: import("../shared/contract").FallenRow[]}} told */
function fallen({ of, top }) {
  return html`
    <aside class="out">
      <h2 class="out__head">${t("Board of the fallen")}</h2>
      <p class="out__of num">${of === 1 ? t("1 is out and plays on for fun") : t("{n} are out and play on for fun", { n: number(of) })}</p>
      <ol class="out__rows">
        ${top.map((row) => html`
          <li class="out__row">
            <span class="place num">${row.rank}</span>
            <span class="name">${named(row.name)}</span>
            <span class="num">${row.score === 1 ? t("1 right") : t("{n} right", { n: number(row.score) })}</span>
          </li>`)}
      </ol>
    </aside>`;
}

/** Nobody climbs or falls from where no place was shown. @param {import("./figures.js").BoardRow} row */
const hadPlace = ({ score, gained = 0 }) => score > gained;

/** @param {number | null} moved */
function arrow(moved) {
  if (moved === null || moved === 0) return nothing;
  return html`<span class=${moved > 0 ? "up num" : "fell num"}>${moved > 0 ? "▲" : "▼"} ${Math.abs(moved)}</span>`;
}

/** @param {Show} show */
export function podium(show) {
  const shown = show.scene.podium ?? { step: 0, rows: [] };
  const story = podiumStory(shown);
  const lines = {
    coming: shown.step === 0 ? t("Three gates. Who comes through?") : shown.step === 3 ? t("Third place") : t("Second place"),
    shared: shown.step === 3 ? t("Third place, shared") : t("Second place, shared"),
    nobody: t("Three gates, and nobody came through. Next time they are yours."),
    one: t("One fan stormed the pass alone"),
    tie: t("A tie at the very top"),
    winner: t("The winner of tonight"),
  };
  return frame(show, html`
    <div class="podium podium--${story} podium--step${shown.step}">
      <div class="podium__head"><h1 class="podium__line">${lines[story]}</h1>${recounted(show.scene.board)}</div>
      <div class="gates">${gates(shown).map((each) => gate({ ...each, badges: show.scene.badges }))}</div>
    </div>`, { name: "podium", middle: html`<span>${t("Podium")}</span>`, right: people(show.scene.board?.of ?? show.joined) });
}

/** @param {{rank: number, open: boolean, rows: import("./figures.js").PodiumRow[], tied: boolean, timed: boolean, badges?: Record<string, string>}} gate_ */
export function gate({ rank, open, rows, tied, timed, badges = {} }) {
  const more = rows.length - NAMES_IN_A_GATE;
  const first = rows[0];
  return html`
    <section class="arch arch--${rank} ${open ? "arch--open" : ""} ${rows.length === 0 ? "arch--empty" : ""}">
      <div class="arch__door">
        <i class="arch__light"></i>
        <div class="arch__who">
          ${open && rows.length === 0 ? html`<p class="arch__nobody">${tied ? t("The tie stands above") : t("nobody")}</p>` : nothing}
          ${open ? rows.slice(0, NAMES_IN_A_GATE).map((row) => html`<p class="arch__name arch__name--${rows.length > 1 ? "many" : "alone"}">${named(row.name)}${worn(badges[row.fan])}</p>`) : nothing}
          ${open && more > 0 ? html`<p class="num">${t("and {n} more", { n: number(more) })}</p>` : nothing}
          ${open && first ? html`<p class="arch__score">${counted(first.score)}</p>
            ${timed && first.elapsed_ms ? html`<p class="arch__time num">${t("Time: {s} s", { s: seconds(first.elapsed_ms) })}</p>` : nothing}` : nothing}
        </div>
        <i class="arch__leaf arch__leaf--left"></i><i class="arch__leaf arch__leaf--right"></i>
      </div>
      <b class="arch__rank num">${rank}</b>
    </section>`;
}
