/** The fan's whole screen as a function of the model: a line, the head (state word, gate, own score), the scene. */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { gate } from "../shared/gate.js";
import { named } from "../shared/named.js";
import { removed } from "../shared/removed.js";
import { count, lang, pick, t } from "../shared/words.js";
import { board } from "./board.js";
import { myTurn } from "./buzzer.js";
import { light } from "./light.js";
import { life, streamTag } from "./pieces.js";
import { final, ownPodiumRow, podium } from "./podium.js";
import { question } from "./question.js";
import { isOut, lastToFall, reveal, verdictOf } from "./reveal.js";
import { lobby, paused, scheduled } from "./waiting.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

/** @type {ReadonlySet<Model["phase"]>} */
const NO_GATE = new Set(/** @type {Model["phase"][]} */ (["scheduled", "lobby", "reveal", "board", "podium", "final"]));

/** @param {Model} view @param {Actions} act */
export function stage(view, act) {
  if (view.phase === "removed") return removed(view);
  if (view.phase === "cancelled") return cancelled(view);
  if (view.phase === "podium" && ownPodiumRow(view)) return podium(view);
  return html`${line(view)} ${head(view)} ${keyed(sceneKey(view), html`<div class="scene">${body(view, act)}</div>`)} ${light(view)}`;
}

/** A new picture comes in with a motion; the same one with new numbers stays. @param {Model} view */
function sceneKey({ phase, state }) {
  const asking = ["reading", "announced", "open", "sending", "recorded", "closed"].includes(phase);
  return `${asking ? "ask" : phase} ${state.scene?.round?.id ?? ""}`;
}

/** @param {Model} view @param {Actions} act */
function body(view, act) {
  switch (view.phase) {
    case "connecting":
      return html`<p class="lead">${t("Connecting…")}</p>`;
    case "scheduled":
      return scheduled(view, act);
    case "lobby":
      return lobby(view, act);
    case "paused":
      return paused(view, act);
    case "reveal":
      return reveal(view);
    case "board":
      return board(view);
    case "podium":
      return podium(view);
    case "final":
      return final(view);
    default:
      return question(view, act);
  }
}

/** The line above: what this is, or what is wrong and what is being done about it. @param {Model} view */
function line(view) {
  const { scene, you } = view.state;
  // On its way for the first time: the page came with its picture, and nothing is wrong.
  if (view.local.link === "offline") {
    const waiting = view.local.pending !== null;
    return html`<p class="line line--alert" role="status"><span class="line__dot"></span>
      ${waiting ? t("No connection. Your answer is kept and sent again…") : t("No connection. Coming back…")}</p>`;
  }
  if (view.local.pending && view.phase !== "sending" && scene?.round?.kind !== "buzzer") {
    return html`<p class="line line--alert" role="status"><span class="line__dot"></span>${t("Sending your answer again…")}</p>`;
  }
  const over = view.phase === "podium" || view.phase === "final";
  if ((view.own?.out ?? you?.out) && !over && !lastToFall(view)) return html`<p class="line line--out"><span>${t("You are out. Play on for fun.")}</span></p>`;
  const round = scene?.round;
  const where = round && !over ? whereIn(round) : named(you?.name ?? "");
  return html`<p class="line">
    <span class="line__title">${scene?.run.rehearsal ? html`<b class="tag">${t("Rehearsal")}</b> ` : nothing}${streamTag(scene?.run)}${pick(scene?.run.title)}</span>
    <span class="line__where num">${over || view.life === null ? nothing : life(view.life)}${where}</span>
  </p>`;
}

/** @param {import("../shared/contract").RoundNow} round */
export const whereIn = (round) => round.warm_up ? t("Warm-up") : t("Question {n} of {m}", { n: round.n, m: round.of });

/** @param {Model} view */
function head(view) {
  const tone = view.phase === "reveal" ? (lastToFall(view) ? "pot" : verdictOf(view)) : view.phase === "closed" && view.answered ? "recorded" : view.phase;
  const word = stateWord(view);
  const short = word.length <= (lang() === "zh" ? 2 : 4);
  return html`<header class="head head--${tone} ${view.lastFive ? "head--last" : ""}">
    <p class="head__word ${short ? "head__word--short" : ""}">${word}</p>
    ${middle(view)}
    <p class="head__score"><b class="num">${count(view.score)}</b><span>${t("points")}</span></p>
  </header>`;
}

/** The state in one word. @param {Model} view */
export function stateWord(view) {
  switch (view.phase) {
    case "connecting":
      return "…";
    case "scheduled":
      return t("Soon");
    case "lobby":
      return t("Welcome");
    case "reading":
    case "announced":
      return t("Get ready");
    case "paused":
      return t("Paused");
    case "open":
      return t("Go!");
    case "sending":
      return t("Sending");
    case "recorded":
      return myTurn(view) ? t("Speak!") : t("Recorded");
    case "closed":
      if (myTurn(view)) return t("Speak!");
      return view.answered ? t("Recorded") : t("Time is up");
    case "reveal":
      return verdictWord(view);
    case "board":
      return t("The board");
    case "podium":
      return t("Podium");
    case "final":
      return t("Thank you");
    case "removed":
    case "cancelled":
      return "";
  }
}

/** @param {Model} view */
function verdictWord(view) {
  if (isOut(view)) return t("Out");
  if (lastToFall(view)) return t("Last to fall");
  switch (verdictOf(view)) {
    case "right":
      return t("Right!");
    case "close":
      return t("Close!");
    case "wrong":
      return t("Missed");
    case "unasked":
      return t("Heard");
    case "silent":
      return t("No answer");
    case "void":
      return t("Void");
  }
}

/** The gate in the head while a question is asked: open to read, closing while time runs, shut when it is up. Without a question
 * there is none: a ring that never moves means nothing. @param {Model} view */
function middle(view) {
  const round = view.state.scene?.round;
  const running = ["open", "sending", "recorded"].includes(view.phase);
  if (running && round?.opens_ms && round.closes_ms) {
    const inside = keyed(view.lastFive ? view.left : "", html`<span class=${view.lastFive ? "beat" : ""} role="timer" aria-live="off">${view.left}</span>`);
    return gate({
      key: `${round.id} ${round.closes_ms} ${view.local.epoch}`,
      motion: "run",
      from: round.opens_ms,
      to: round.closes_ms,
      now: view.now,
      inside,
      classes: view.lastFive ? "gate--last" : "",
    });
  }
  if (NO_GATE.has(view.phase)) return html`<span></span>`;
  const shut = ["closed", "announced", "paused"].includes(view.phase);
  return gate({ key: view.phase, motion: shut ? "shut" : "still", classes: shut && view.phase === "closed" ? "gate--wait" : "" });
}

/** @param {Model} view */
function cancelled({ state }) {
  return html`<section class="full">
    ${gate({ key: "cancelled", motion: "shut", classes: "gate--wide" })}
    <h1>${t("This run was called off")}</h1>
    <p class="soft">${pick(state.scene?.run.title)} · ${t("Nothing of it counts. See you at the next one.")}</p>
    <a class="button" href="/me">${t("My page: badges and history")}</a>
  </section>`;
}
