/**
 * A buzzer question on the phone: one button for the whole of the thumb's half. It can be pressed before the opening too,
 * which locks it: with a word, stripes and a sign, not by colour alone. After the press: the own time, the own place among
 * the first, and whose turn it is to speak; they stand above the button, which so never moves.
 */
import { html, nothing } from "lit-html";

import { buzzOf, markOf, speaking } from "../shared/buzz.js";
import { named } from "../shared/named.js";
import { count, place, seconds, t } from "../shared/words.js";
import { sign } from "./pieces.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

const BEFORE = new Set(["reading", "announced"]);

/** @param {Model} view */
export const mayPress = ({ phase, locked, local }) => !locked && !local.pending && (phase === "open" || BEFORE.has(phase));

/** It is this fan's turn to speak. @param {Model} view */
export function myTurn({ state }) {
  const buzz = state.you ? buzzOf(state) : null;
  return buzz !== null && buzz.speaks === state.you?.fan;
}

/** @param {Model} view @param {Actions} act */
export function buzzer(view, act) {
  const { head, line, look } = said(view);
  return html`${BEFORE.has(view.phase) ? nothing : order(view)}
    <button class="buzz buzz--${look}" type="button" ?disabled=${!mayPress(view)} @click=${() => act.press()}>
      <b class="buzz__word">${head}</b><span class="buzz__line num">${line}</span>
    </button>`;
}

/** What stands on the button. @param {Model} view @returns {{head: unknown, line: unknown, look: string}} */
function said(view) {
  const { phase, locked, answered, state } = view;
  if (answered) return recorded(view, answered);
  if (locked) return { head: html`${sign("wrong")} ${t("Too early")}`, line: t("Locked until a quarter of a second after the opening"), look: "locked" };
  if (BEFORE.has(phase)) return { head: t("Buzz"), line: t("When it opens, not before"), look: "shut" };
  if (phase === "open") return { head: t("Buzz"), line: state.scene?.run.stream ? t("Press along: those in the hall are asked") : t("The first to press may speak"), look: "open" };
  if (phase === "sending") return { head: t("Buzz"), line: t("Sending"), look: "down" };
  const waiting = state.scene?.round?.waiting;
  return { head: t("Too late"), line: waiting === "key" ? t("Others have the word now") : t("Time is up"), look: "shut" };
}

/** @param {Model} view @param {import("../shared/contract").Answered} answered */
function recorded(view, answered) {
  const { state } = view;
  const buzz = buzzOf(state);
  const own = buzz?.rows.find((row) => row.fan === state.you?.fan);
  const time = `${seconds(answered.elapsed_ms)} ${t("s")}`;
  if (myTurn(view)) return { head: t("Speak!"), line: html`${t("You have the word")} · ${time}`, look: "turn" };
  if (markOf(buzz, state.you?.fan ?? "") === false) return { head: html`${sign("wrong")} ${t("Not this time")}`, line: time, look: "done" };
  if (markOf(buzz, state.you?.fan ?? "") === true) return { head: html`${sign("right")} ${t("Right!")}`, line: time, look: "turn" };
  return { head: html`${sign("right")} ${time}`, line: own ? t("You are {place}", { place: place(own.rank) }) : t("Recorded"), look: "done" };
}

/** Who pressed first, and what became of it. @param {Model} view */
export function order(view) {
  const { state } = view;
  const buzz = buzzOf(state);
  const now = speaking(buzz);
  if (!buzz || buzz.rows.length === 0) return nothing;
  return html`<p class="buzz__now" role="status">${now ? html`${t("Has the word:")} <b>${named(now.name)}</b>` : nothing}</p>
    <ol class="buzz__rows">${buzz.rows.slice(0, 4).map((row) => html`
      <li class="buzz__row ${row.fan === state.you?.fan ? "buzz__row--mine" : ""}"><b class="num">${count(row.rank)}</b>
        <span class="buzz__name">${named(row.name)}</span><span class="num">${seconds(row.elapsed_ms)} ${t("s")}</span>
        ${row.right === null ? html`<span></span>` : html`${sign(row.right ? "right" : "wrong")}<span class="visually-hidden">${row.right ? t("right answer") : t("wrong")}</span>`}</li>`)}
    </ol>`;
}

/** @param {Model} view */
export function pressedSoFar({ state }) {
  const n = state.tick?.answered ?? 0;
  if (n === 1) return t("1 has pressed");
  return n > 0 ? t("{n} have pressed", { n: count(n) }) : nothing;
}
