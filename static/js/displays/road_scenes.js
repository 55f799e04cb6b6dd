/**
 * The wall of a quiz, which fans walk alone: the road as a row of gates that light up when somebody comes through, the best
 * plays, whose rows travel, the newest passes by name, and how to join. Before it opens a countdown, afterwards three gates.
 */

import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { repeat } from "lit-html/directives/repeat.js";
import { named } from "../shared/named.js";
import { pick, t } from "../shared/words.js";
import { gate } from "./board_scenes.js";
import { gates, spanOf } from "./figures.js";
import { counted, frame, joinCard, number, people, typed } from "./pieces.js";
import { vars } from "./vars.js";
import { scheduled as countdown } from "./waiting_scenes.js";

/** @typedef {import("./pieces.js").Show} Show */
/** @typedef {{id: string, name: import("../shared/contract").Name, level: number}} Pass */
/** @typedef {{rank: number, fan: string, name: import("../shared/contract").Name, score: number}} Row */
/** `frozen`: the board stands as it stood, until the reveal. `told`: the first tick has been here.
 * @typedef {{plays: number, passes: Pass[], top: Row[], frozen: boolean, told: boolean}} Wall */

const TITLES_FIT = 6;
const PASSES_SHOWN = 4;

/** @param {any} tick of a quiz @returns {Wall} */
export const wallOf = (tick) => ({
  plays: tick?.plays ?? 0, passes: tick?.passes ?? [], top: tick?.top ?? [], frozen: tick?.frozen ?? false, told: tick?.top !== undefined,
});

/** @param {Show} show */
export function scheduled(show) {
  const { scene } = show;
  return countdown({ ...show, scene: { ...scene, run: { ...scene.run, starts_at: scene.run.opens_at } } });
}

/** @param {Show} show */
export function road(show) {
  const { scene, quiz } = show;
  return frame(show, html`
    <div class="road">
      <div class="road__main">
        ${way(scene.levels, quiz.passes)}
        ${board(quiz)}
      </div>
      <aside class="road__side">
        ${newest(quiz.passes, scene.levels.length)}
        <div class="road__foot">
          <p class="road__url">${t("Scan, or open")} <b>${typed(show.joinUrl)}</b></p>
          <dl class="road__count">
            <div><dd class="num">${number(show.connected)}</dd><dt>${t("on the road now")}</dt></div>
            <div><dd class="num">${number(quiz.plays)}</dd><dt>${quiz.plays === 1 ? t("play so far") : t("plays so far")}</dt></div>
          </dl>
          ${joinCard(show)}
        </div>
      </aside>
    </div>`, { name: "road", middle: html`<span>${pick(scene.run.activity)}</span>${hour(scene.run, show.wall)}` });
}

/** While only the first waves play, when it opens to all; then when it closes. @param {any} run @param {number} wall */
function hour(run, wall) {
  const left = run.opens_at ? Date.parse(run.opens_at) - wall : 0;
  if (left <= 0) return closing(run.closes_at, wall);
  const { days, clock } = spanOf(left);
  return html`<span class="tag num">${t("for all in {clock}", { clock: days ? `${days === 1 ? t("1 day") : t("{n} days", { n: days })} ${clock}` : clock })}</span>`;
}

/** @param {string | null} closes @param {number} wall */
function closing(closes, wall) {
  if (!closes) return nothing;
  const { days, clock } = spanOf(Date.parse(closes) - wall);
  if (days > 1) return html`<span class="tag">${t("{n} days left", { n: days })}</span>`;
  return html`<span class="tag tag--hot num">${t("closes in {clock}", { clock: days ? `${t("1 day")} ${clock}` : clock })}</span>`;
}

/** @param {any[]} levels @param {Pass[]} passes */
function way(levels, passes) {
  const hot = passes[0];
  return html`<ol class="way ${levels.length > TITLES_FIT ? "way--many" : ""}" ${vars({ "--gates": levels.length })}>
    ${levels.map((level) => {
      const lit = hot && hot.level === level.n ? hot.id : "";
      const sign = html`<svg viewBox="0 0 32 32" aria-hidden="true"><circle class="way__rail" cx="16" cy="16" r="12.5"/><path class="way__ring" d="M11.5 4.3A12.5 12.5 0 1 0 20.5 4.3"/></svg>`;
      return html`<li class="way__gate ${lit ? "way__gate--lit" : ""}">
        ${keyed(lit, html`<span class="way__sign">${sign}<b class="num">${level.n}</b></span>`)}
        ${levels.length > TITLES_FIT ? nothing : html`<span class="way__title">${pick(level.title)}</span>`}
      </li>`;
    })}
  </ol>`;
}

/** Rows stand in the document by their fan and on the wall by their place: moved in the document they could not travel. @param {Wall} quiz */
function board({ top, frozen }) {
  if (top.length === 0) return html`<div class="road__empty"><h1>${t("The road is open")}</h1><p>${t("The first play that ends stands here")}</p></div>`;
  const placed = top.map((row, to) => ({ row, to })).sort((a, b) => (a.row.fan < b.row.fan ? -1 : 1));
  return html`<section class="best">
    <h2 class="best__title">${t("Season total")} ${frozen ? html`<b class="tag">${t("held for the ceremony")}</b>` : nothing}</h2>
    <ol class="rows rows--live" ${vars({ "--rows": Math.max(6, top.length), "--count": top.length })}>
      ${repeat(placed, ({ row }) => row.fan, ({ row, to }) => html`
        <li class="row row--new ${row.rank === 1 ? "row--first" : ""}" ${vars({ "--to": to })}>
          <span class="place num">${row.rank}</span><span class="name">${named(row.name)}</span><span class="row__score">${counted(row.score)}</span>
        </li>`)}
    </ol>
  </section>`;
}

/** @param {Pass[]} passes @param {number} levels */
const newest = (passes, levels) => html`<ol class="passed" aria-label=${t("Newest passes")}>
  ${repeat(passes.slice(0, PASSES_SHOWN), (each) => each.id, (each) => html`
    <li class="passed__one"><b class="name">${named(each.name)}</b><span>${each.level === levels ? t("walked the whole road") : t("came through gate {n}", { n: each.level })}</span></li>`)}
</ol>`;

/** The season is over: three gates for the best, everybody else has the board on the phone. Held back for a ceremony they
 * stay shut until the boards are revealed, and then open on whom nobody has been told before. @param {Show} show */
export function closed(show) {
  const { quiz, scene } = show;
  const shut = quiz.frozen || !quiz.told;
  const podium = shut ? { step: 0, rows: [] } : { step: 1, rows: quiz.top.filter((row) => row.rank <= 3) };
  const line = quiz.plays === 1 ? t("One play. The road is waiting for more of you.") : t("{plays} plays by {fans} fans", { plays: number(quiz.plays), fans: number(show.joined) });
  return frame(show, html`
    <div class="podium ${shut ? "podium--coming" : "podium--winner"} podium--step${podium.step}">
      <div class="podium__head"><h1 class="podium__line">${headline(quiz, podium.rows.length > 0)}</h1>
        <p class="road__sum num">${shut ? (quiz.frozen ? line : nothing) : podium.rows.length ? `${t("Season total")} · ${line}` : nothing}</p></div>
      <div class="gates">${gates(podium).map(gate)}</div>
    </div>`, { name: "podium", middle: html`<span>${pick(scene.run.activity)}</span>`, right: people(show.joined) });
}

/** @param {Wall} quiz @param {boolean} anybody came through */
function headline({ frozen, told }, anybody) {
  if (frozen) return t("The season is over. The gates open at the ceremony.");
  return anybody || !told ? t("The season is over") : t("The season is over, and nobody came through. The next road is yours.");
}
