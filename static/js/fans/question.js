/**
 * One question on the phone: read, opened, answered, closed. One layout for all four, so that nothing jumps: the
 * sentence above, the thumb's half below. The choices stand in the fan's own order; colour, shape and letter are theirs.
 */
import { html, nothing } from "lit-html";
import { classMap } from "lit-html/directives/class-map.js";

import { dial } from "../shared/dial.js";
import { gate } from "../shared/gate.js";
import { letter } from "../shared/elements.js";
import { pictureAt } from "../shared/pictures.js";
import { decimal, pick, seconds, t } from "../shared/words.js";
import { answeredSoFar, seal, sign } from "./pieces.js";
import { buzzer, pressedSoFar } from "./buzzer.js";
import { warmUp } from "./waiting.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

/** Wide characters count double. @param {string} text */
const weight = (text) => [...text].reduce((sum, each) => sum + (each > "\u2e7f" ? 2 : 1), 0);

/** @param {Model} view @param {Actions} act */
export function question(view, act) {
  const round = view.state.scene?.round;
  if (!round) return nothing;
  const text = pick(round.text);
  const size = weight(text) > 96 ? "long" : weight(text) > 22 ? "medium" : "short";
  const reading = view.phase === "reading";
  return html`<section class="ask ${reading ? "ask--reading" : ""} ${round.kind === "multiple" ? "ask--many" : ""}">
    <div class="ask__above">
      <p class="ask__rule">${rule(view)}</p>
      <h1 class="ask__text ask__text--${size}">${text}</h1>
      ${pictureAt(round.image) ? picture(round) : nothing}
      <p class="ask__note num" aria-live="off">${note(view)}</p>
    </div>
    ${reading && round.kind !== "buzzer" ? html`<div class="hand">${opening(view)}</div>` : hand(view, act)}
  </section>`;
}

/** @param {Model} view */
function rule({ state }) {
  const round = state.scene?.round;
  const parts = [];
  if (round?.sealed && round.kind !== "buzzer") parts.push(t("sealed: nobody knows the answer yet"));
  if (round?.last) parts.push(t("last question"));
  if (round?.kind === "multiple") parts.push(html`<b>${t("Several may be right: choose all")}</b>`);
  if (round?.kind === "buzzer") return buzzerRule(parts, round);
  // A right answer earns nothing by itself in survival: what is at stake is the pot.
  if (round?.warm_up) parts.push(t("warm-up: it counts nothing"));
  else parts.push(round?.rule === "survival" ? t("who stays in to the end shares the pot") : t("{n} points", { n: round?.possible ?? 0 }));
  if (round?.rule === "first_n") parts.push((round.first_n ?? 1) === 1 ? t("the first one takes it all") : t("the first {n} take it all", { n: round.first_n ?? 1 }));
  if (round?.rule === "survival") parts.push(t("wrong or silent is out"), ...lives(state.scene?.run.lives ?? 0, round.last));
  if (round?.rule === "speed") parts.push(t("faster is more"));
  return parts.map((part, at) => html`<span>${part}${at < parts.length - 1 ? " ·" : ""}</span>`);
}

/** @param {unknown[]} parts @param {import("../shared/contract").RoundNow} round */
function buzzerRule(parts, round) {
  parts.push(t("the first to press may speak"));
  parts.push(round.rule === "survival" ? t("only a wrong word is out") : t("{n} points", { n: round.possible }));
  return parts.map((part, at) => html`<span>${part}${at < parts.length - 1 ? " ·" : ""}</span>`);
}

/** @param {number} lives everybody had at the beginning @param {boolean} last */
const lives = (lives, last) => (lives === 0 ? [] : [last ? t("no extra life now") : t("one extra life")]);

/** @param {import("../shared/contract").RoundNow} round */
const picture = (round) =>
  html`<img class="ask__image" src=${round.image ?? ""} data-picture=${round.image ?? ""} alt=${pick(round.image_alt)} decoding="async" fetchpriority="high" />`;

/** @param {Model} view */
function note(view) {
  const outcome = view.state.ack?.outcome;
  if (outcome === "too_late") return t("Too late: it does not count.");
  if (outcome === "not_open") return t("That was before the opening. Tap again.");
  if (outcome === "paused") return t("That was in the pause. Tap again.");
  if (view.state.scene?.round?.kind === "buzzer") return pressedSoFar(view);
  if (view.phase === "closed") return waitingFor(view);
  return answeredSoFar(view);
}

/** @param {Model} view */
function waitingFor({ state }) {
  const waiting = state.scene?.round?.waiting;
  if (waiting === "key") return t("The stage will announce the answer.");
  if (waiting === "reveal") return t("All counted. The answer comes in a moment.");
  return t("Time is up. Counting the answers…");
}

/** Reading: the gate swings open while the sentence is read. @param {Model} view */
function opening(view) {
  const round = view.state.scene?.round;
  const until = round?.reading_until_ms ?? view.now;
  // The wire gives the end only; the gate takes what is left of it, however late we came.
  return html`<div class="deck deck--reading">
    ${gate({
      key: `${round?.id} read ${view.local.epoch}`,
      motion: "opening",
      from: view.now,
      to: Math.max(until, view.now + 400),
      now: view.now,
      classes: "gate--wide",
      inside: html`<span class="deck__ready">${t("Get ready")}</span>`,
    })}
  </div>`;
}

/** The thumb's half. The button that locks in stays in sight however long the rest is. @param {Model} view @param {Actions} act */
function hand(view, act) {
  const round = view.state.scene?.round;
  if (!round) return nothing;
  if (round.kind === "buzzer") return html`<div class="hand hand--buzz">${buzzer(view, act)}</div>`;
  if (view.phase === "closed" && round.waiting === "key") return html`<div class="hand">${keyWait(view, act)}</div>`;
  if (round.kind === "estimate") return html`<div class="hand hand--lock">${estimate(view, act)} ${lockIn(view, act, view.outside)}</div>`;
  if (round.kind === "multiple") return html`<div class="hand hand--lock">${deck(view, act, round)} ${lockIn(view, act, view.chosen.length === 0)}</div>`;
  return html`<div class="hand">${deck(view, act, round)}</div>`;
}

/** @param {Model} view @param {Actions} act */
function estimate(view, act) {
  const state = view.phase === "announced" ? "deck--shut" : view.playing ? "" : view.phase === "closed" && !view.answered ? "deck--missed" : "deck--done";
  return dial({ scale: view.state.scene?.round, value: view.value, outside: view.outside, off: !view.playing, classes: state }, act);
}

/** @param {Model} view @param {Actions} act @param {import("../shared/contract").RoundNow} round */
function deck(view, act, round) {
  const classes = classMap({
    deck: true,
    [`deck--${view.order.length}`]: true,
    "deck--image": Boolean(pictureAt(round.image)),
    "deck--shut": view.phase === "announced",
    "deck--done": !view.playing && view.phase !== "announced",
  });
  return html`<div class=${classes} role="group" aria-label=${t("Choices")}>
    ${view.order.map((place, at) => choice(view, act, place, at))}
  </div>`;
}

/**
 * Acted on is the click, not the touch nor its end, though both come earlier: only the browser knows that a touch was none that
 * scrolled, zoomed, slid off or stopped a gliding page, and an answer cannot be taken back.
 * @param {Model} view @param {Actions} act @param {number} place @param {number} at
 */
function choice(view, act, place, at) {
  const round = view.state.scene?.round;
  const mine = view.chosen.includes(place);
  const shut = view.phase === "announced";
  const classes = classMap({ choice: true, "choice--mine": mine, "choice--sunk": mine && !view.playing });
  return html`<button
    class=${classes}
    type="button"
    data-el=${place}
    data-at=${at}
    ?disabled=${!view.playing}
    aria-pressed=${mine}
    aria-label=${shut ? t("Choice {letter}", { letter: letter(place) }) : `${letter(place)}: ${pick(round?.choices?.[place])} ${mine ? took(view) : ""}`.trim()}
    @click=${() => act.choose(place)}
  >
    ${seal(place)}
    <span class="choice__text">${shut ? nothing : pick(round?.choices?.[place])}</span>
    <span class="choice__mark">${mine ? sent(view) : nothing}</span>
  </button>`;
}

/**
 * How long the own answer took. Under several choices stands a button with room for it: beside each it would push the words about.
 * @param {Model} view
 */
const took = ({ answered, state: { scene } }) => (answered && scene?.round?.kind !== "multiple" ? `${seconds(answered.elapsed_ms)} ${t("s")}` : "");

/** What stands on the own choice. @param {Model} view */
function sent(view) {
  if (took(view)) return html`${sign("right")}<span class="num">${took(view)}</span>`;
  if (view.phase === "sending") return html`<span class="sending" aria-label=${t("Sending")}></span>`;
  return sign("right");
}

/** @param {Model} view */
function lockWord({ answered, phase }) {
  if (answered) return t("Recorded");
  if (phase === "closed") return t("No answer");
  return phase === "sending" ? t("Sending") : t("Lock in");
}

/** @param {Model} view @param {Actions} act @param {boolean} unready */
function lockIn(view, act, unready) {
  const word = lockWord(view);
  return html`<button class="lock ${view.answered ? "lock--recorded" : ""}" type="button" ?disabled=${!view.playing || unready} @click=${() => act.lockIn()}>
    ${word}${view.answered ? html` <span class="num">${seconds(view.answered.elapsed_ms)} ${t("s")}</span>` : nothing}
  </button>`;
}

/** Sealed: the wait may be long, so there is something to do. @param {Model} view @param {Actions} act */
function keyWait(view, act) {
  const round = view.state.scene?.round;
  const mine = view.answered?.places ?? [];
  const value = view.answered?.value;
  return html`<div class="deck deck--key">
    ${typeof value === "number"
      ? html`<p class="own"><span>${t("Your estimate")}</span> <b class="num">${decimal(value)} ${pick(round?.unit)}</b></p>`
      : nothing}
    ${mine.map((place) => html`<p class="choice choice--mine" data-el=${place}>${seal(place)}<span>${pick(round?.choices?.[place])}</span>
      <span class="choice__mark">${sent(view)}</span></p>`)}
    ${warmUp(view, act)}
  </div>`;
}
