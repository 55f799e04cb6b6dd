/** The end: the podium's three gates, the winner's phone in gold, the final card with badges and points. */
import { html, nothing } from "lit-html";

import { named } from "../shared/named.js";
import { placed } from "../shared/standing.js";
import { count, pick, place as rankSaid, t } from "../shared/words.js";
import { worn } from "../shared/worn.js";
import { badgeElement, badgeMark } from "./badges.js";
import { aheadFigure, aheadNow, figure, recounted, streamBoard } from "./pieces.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("../shared/contract").PodiumRow} PodiumRow */

/** @param {Model} view the own row, once shown */
export function ownPodiumRow({ state }) {
  return state.scene?.podium?.rows.find((row) => row.fan === state.you?.fan) ?? null;
}

/** @param {Model} view */
export function podium(view) {
  const told = view.state.scene?.podium;
  if (!told) return nothing;
  const mine = ownPodiumRow(view);
  const badges = view.state.scene?.badges ?? {};
  if (mine) return gold(view, { ...mine, name: view.state.you?.name ?? mine.name }, told.rows.filter((row) => row.rank === mine.rank).length > 1);
  const nobody = told.rows.length === 0 && told.step === 1;
  return html`<section class="podium">
    ${recounted(view)}${streamBoard(view)}
    <h1 class="podium__title">${nobody ? t("The gates stay shut tonight.") : t("Eyes on the stage")}</h1>
    <ol class="gates">
      ${[2, 1, 3].map((rank) => arch(rank, told.rows.filter((row) => Math.min(3, row.rank) === rank), told.step <= rank && told.step > 0, badges))}
    </ol>
    ${nobody ? html`<p class="soft">${t("Nobody scored. The next night begins from zero for everyone.")}</p>` : nobodyElse(view)}
  </section>`;
}

/** Shared ranks stand in one gate; a rank that a tie skipped stays empty. @param {number} rank @param {PodiumRow[]} rows @param {boolean} open
 * @param {Record<string, string>} badges */
function arch(rank, rows, open, badges) {
  return html`<li class="arch arch--${rank} ${open && rows.length > 0 ? "arch--open" : ""}">
    <div class="arch__names">
      ${open ? rows.map((row) => html`<b class="arch__name">${named(row.name)}${worn(badges[row.fan])}</b><span class="num soft">${count(row.score)}</span>`) : nothing}
    </div>
    <div class="arch__door"><span class="num">${rank}</span></div>
  </li>`;
}

/** Once every place has been shown: 100% would name the winner before the stage does. Its line is kept. @param {Model} view */
function nobodyElse(view) {
  const percent = view.state.scene?.podium?.step === 1 ? aheadNow(view) : null;
  // "ahead of 0%" is nothing to be told at the end
  return html`<p class="lead podium__ahead">${!percent ? nothing : t("You finished ahead of {n}%", { n: percent })}</p>`;
}

/** Full screen, so that the camera finds who stands on the podium. @param {Model} view @param {PodiumRow} row @param {boolean} shared */
function gold(view, row, shared) {
  return html`<section class="gold gold--${Math.min(3, row.rank)}" role="status">
    <p class="gold__place num">${row.rank}</p>
    <h1 class="gold__name">${named(row.name)}${worn(view.state.scene?.badges?.[row.fan])}</h1>
    <p class="gold__line">${goldLine(row.rank, shared)}</p>
    <p class="gold__score num">${count(row.score)}</p>
    ${recounted(view)}${streamBoard(view)}
  </section>`;
}

/** @param {number} rank @param {boolean} shared */
function goldLine(rank, shared) {
  if (rank > 1) return t("On the podium. Hold up your phone!");
  return shared ? t("You share the win. Hold up your phone!") : t("You won. Hold up your phone!");
}

/** @param {Model} view */
export function final(view) {
  const { scene, you, awards, standing } = view.state;
  const board = scene?.board;
  const rank = standing?.rank ?? awards?.rank ?? null;
  const score = you ? view.score : (awards?.score ?? 0);
  return html`<section class="card">
    ${recounted(view)}${streamBoard(view)}
    <div class="card__hero">
      <h1 class="card__title">${pick(scene?.run.title)}</h1>
      <p class="card__score num">${count(score)}<small> ${t("points")}</small></p>
      <p class="card__name">${you ? named(you.name) : nothing}</p>
    </div>
    <dl class="figures">
      ${figure(t("Rank of {n}", { n: count(awards?.of ?? board?.of ?? 0) }), rank === null ? "—" : placed(score, rankSaid(rank)))}
      ${aheadFigure(view)}
    </dl>
    <div class="card__awards" aria-live="polite">${awards ? arrived(awards) : onTheWay(view)}</div>
    ${awards ? html`<a class="button button--main" href="/s/${awards.card}">${t("My card, to show around")}</a>` : nothing}
    ${scene && !scene.run.rehearsal ? html`<a class="button" href="/r/${scene.run.code}/after">${t("All questions, answers and the board")}</a>` : nothing}
    <a class="button ${awards ? "" : "button--main"}" href="/me">${t("My page: badges and history")}</a>
    ${awards ? html`<a class="button" href="/me#keep">${t("Keep my badges")}</a>` : nothing}
  </section>`;
}

/** @param {Model} view */
const onTheWay = ({ state }) =>
  html`<p class="soft card__wait">${state.scene?.run.rehearsal ? t("A rehearsal: no points, no badges.") : t("Badges and points are on their way…")}</p>`;

/** The code is shown here and on the own page, to nobody else. @param {import("../shared/contract").WonPrize} prize */
const won = (prize) => html`<div class="won ${prize.redeemed ? "won--done" : ""}">
    <p class="won__what">${t("You have won: {prize}", { prize: pick(prize.name) })}</p>
    ${prize.redeemed ? html`<p class="soft">${t("Handed over.")}</p>` : html`<p class="won__code num">${prize.code}</p><p class="soft">${t("Show this code at the desk. It works once.")}</p>`}
  </div>`;

/** @param {import("../shared/contract").Awards} awards */
function arrived(awards) {
  return html`${awards.prizes.map(won)}
    <ul class="badges">
      ${awards.badges.map(
        (badge, at) => html`<li class="badge" .style=${`--at:${at}`}>
          <span class="badge__shape" data-el=${badgeElement(badge.code)} aria-hidden="true">${badgeMark(badge.code)}</span>
          <b>${pick(badge.name)}</b><span class="soft">${pick(badge.why)}</span>
        </li>`,
      )}
    </ul>
    <p class="card__points"><b class="num">+${count(awards.points)}</b> ${t("community points, {n} in all", { n: count(awards.balance) })}</p>`;
}
