/**
 * The questions of the run, in turn: what came of those asked, and the order of those to come. A change of the order is sent
 * with the order it was decided on, so that two desks do not undo each other.
 */

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { number } from "../displays/pieces.js";
import { pick, t } from "../shared/words.js";
import { nameSaid, remark } from "./desk_buzz.js";
import { openWarmUp } from "./desk_warm_up.js";
import { choiceWords, kindWords, mayCorrect, mayVoid, stateWords } from "./steps.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").DeskRound} DeskRound */

/** Ids of the questions to come, in turn. @param {Desk} desk */
export function coming({ rounds, round }) {
  const { n, warm_up } = rounds.find((each) => each.id === round?.id) ?? { n: 0, warm_up: 0 };
  return rounds.filter((each) => each.n > n || (each.n === n && each.warm_up > warm_up)).map((each) => each.id);
}

/** Nothing more is asked. @param {Desk} desk */
const over = ({ scene }) => ["podium", "final", "cancelled"].includes(scene.scene);

/** The order with `id` at another place. @param {readonly string[]} order @param {string} id @param {number} by */
export function moved(order, id, by) {
  const rest = order.filter((each) => each !== id);
  rest.splice(order.indexOf(id) + by, 0, id);
  return rest;
}

/** @param {Desk} desk @param {number} lead @param {DeskPage} page */
export function roundsView(desk, lead, page) {
  const order = coming(desk);
  return html`
    <article class="card card--list">
      <header class="card__head"><h2>${t("Questions")}</h2>
        ${over(desk) ? nothing : html`<button type="button" class="quiet" id="warm-up" @click=${() => openWarmUp(page)}><kbd>W</kbd> ${t("Warm-up …")}</button>`}</header>
      ${desk.rounds.length === 0 ? html`<p class="soft">${t("This run has no questions yet.")}</p>` : html`
        <ol class="rounds">${repeat(desk.rounds, (each) => each.id, (each) => html`
          <li class=${each.id === desk.scene.round?.id ? "round round--now" : each.n < 0 ? "round round--skipped" : "round"}>
            <span class="round__n num">${each.n < 0 ? "–" : each.warm_up ? "○" : each.n}</span>
            <div class="round__what"><span>${pick(each.text)}</span>
              <small class="soft">${about(each, each.id === desk.round?.id ? lead : 0)}</small></div>
            ${each.n < 0 || order.includes(each.id) ? turnOf(desk, each, order, page) : acts(each, page)}
          </li>`)}</ol>`}
    </article>`;
}

/** @param {DeskRound} each @param {number} lead */
function about(each, lead) {
  const key = each.value !== null ? number(each.value) : each.places?.length ? choiceWords(each.choices ?? [], each.places) : nameSaid(each.buzz);
  const counted = each.counted > 1 ? t("counted {n} times", { n: each.counted }) : "";
  return [each.warm_up ? t("warm-up") : "", kindWords(each.kind), each.n < 0 ? t("skipped") : stateWords(each.state, lead), counted, key].filter(Boolean).join(" · ");
}

/** Of a question that has been asked. @param {DeskRound} each @param {DeskPage} page */
const acts = (each, page) => html`
  ${mayCorrect(each.state) ? html`<button type="button" class="quiet" @click=${() => each.buzz ? page.set({ dialog: remark(each) }) : page.openRound("correct", each.id)}>${t("Correct …")}</button>` : nothing}
  ${mayVoid(each.state) ? html`
    <button type="button" class="quiet" @click=${() => page.openRound("redo", each.id)}>${t("Again …")}</button>
    <button type="button" class="quiet" @click=${() => page.openRound("void", each.id)}>${t("Void …")}</button>` : nothing}`;

/** Of a question to come, or of one that was skipped. @param {Desk} desk @param {DeskRound} each @param {string[]} order @param {DeskPage} page */
function turnOf(desk, each, order, page) {
  if (over(desk)) return nothing;
  if (each.n < 0) return html`<button type="button" class="quiet" @click=${() => page.order(order, [each.id, ...order])}>${t("Ask it next")}</button>`;
  const at = order.indexOf(each.id);
  /** @param {number} by @param {string} sign @param {string} word */
  const move = (by, sign, word) => html`<button type="button" class="quiet quiet--sign" aria-label=${word} title=${word}
    ?disabled=${order[at + by] === undefined} @click=${() => page.order(order, moved(order, each.id, by))}>${sign}</button>`;
  return html`
    <span class="round__turn">${move(-1, "↑", t("Up"))}${move(1, "↓", t("Down"))}</span>
    <button type="button" class="quiet" @click=${() => page.order(order, order.filter((id) => id !== each.id))}>${t("Skip")}</button>
    ${mayVoid(each.state) ? html`<button type="button" class="quiet" @click=${() => page.openRound("void", each.id)}>${t("Void …")}</button>` : nothing}`;
}
