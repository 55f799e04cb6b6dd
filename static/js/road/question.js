/**
 * One question: opened, answered, its time over. One layout for all, so that nothing jumps: the sentence above, the helps,
 * the thumb's half below. The server has shuffled the choices for this step; the place on the screen is the element.
 */
import { html, nothing } from "lit-html";
import { classMap } from "lit-html/directives/class-map.js";

import { seal, sign } from "../fans/pieces.js";
import { dial } from "../shared/dial.js";
import { letter } from "../shared/elements.js";
import { pictureAt } from "../shared/pictures.js";
import { count, pick, seconds, t } from "../shared/words.js";
import { worth } from "./model.js";
import { helpName } from "./said.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */
/** @typedef {import("./contract").HelpName} HelpName */

const HELPS = /** @type {const} */ (["fifty", "time", "swap"]);

/** Wide characters count double. @param {string} text */
const weight = (text) => [...text].reduce((sum, each) => sum + (each > "\u2e7f" ? 2 : 1), 0);

/** A clause longer than a line may break anywhere: broken at its commas only it would leave one sign on a line of its own.
 * @param {string} text */
const freely = (text) => text.split(/[，。、；：？！,.;:?!]/).some((clause) => weight(clause) > 18);

/** The question before the fan, or the one just answered. @param {Model} view */
export const shownOf = ({ state: { play } }) => play?.open ?? play?.verdict ?? null;

/** @param {Model} view @param {Actions} act */
export function question(view, act) {
  const shown = shownOf(view);
  if (!shown) return nothing;
  const text = pick(shown.question.text);
  const size = weight(text) > 96 ? "long" : weight(text) > 22 ? "medium" : "short";
  return html`<section class="ask">
    <div class="ask__above">
      <p class="ask__rule num">${rule(view)}</p>
      <h1 class="ask__text ask__text--${size} ${freely(text) ? "ask__text--free" : ""}" tabindex="-1" data-focus>${text}</h1>
      ${shown.media && pictureAt(`/media/${shown.media}`) ? html`<img class="ask__image" src="/media/${shown.media}" data-picture="/media/${shown.media}" alt=${pick(shown.question.image_alt)} decoding="async" fetchpriority="high" />` : nothing}
      ${helps(view, act)}
    </div>
    ${shown.question.kind === "estimate" ? estimate(view, shown.question, act) : deck(view, act)}
  </section>`;
}

/** What is at stake with this answer. @param {Model} view */
function rule(view) {
  const { road, play } = view.state;
  if (!play || view.phase === "recorded") return nothing;
  const parts = [];
  const adds = worth(view.state);
  if (adds) parts.push(adds.doubles ? t("last one: right doubles, +{n}", { n: count(adds.adds) }) : t("right: +{n}", { n: count(adds.adds) }));
  else parts.push(t("up to {n} points, faster is more", { n: count(play.open?.question.possible ?? play.verdict?.question.possible ?? 0) }));
  if (play.open?.author) parts.push(t("by {name}", { name: play.open.author }));
  if (play.combo > 1) parts.push(t("{n} in a row", { n: play.combo }));
  if (play.staked > 0) parts.push(t("{n} at stake", { n: count(play.staked) }));
  const lives = road?.levels[play.level - 1]?.lives ? html`<i class="lives">${hearts(play.lives)}</i>` : nothing;
  return html`${parts.map((part, at) => html`<span>${part}${at < parts.length - 1 ? " ·" : ""}</span>`)} ${lives}`;
}

/** @param {number} n */
export const hearts = (n) => html`<span class="visually-hidden">${n === 1 ? t("1 life left") : t("{n} lives left", { n })}</span>
  ${Array.from({ length: n }, () => html`<svg class="life" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 21C5 15.500 2.500 12 2.500 8.300A5 5 0 0 1 12 6a5 5 0 0 1 9.500 2.300C21.500 12 19 15.500 12 21z" /></svg>`)}`;

/** @param {Model} view @param {Actions} act */
function helps(view, act) {
  const { road, play } = view.state;
  const level = road?.levels[(play?.level ?? 1) - 1];
  const given = HELPS.filter((help) => (level?.helps[help] ?? 0) > 0);
  if (!play || given.length === 0) return nothing;
  return html`<div class="helps" role="group" aria-label=${t("Helps")}>
    ${given.map((help) => {
      const can = view.playing && (play.open?.helps.includes(help) ?? false);
      const sent = view.local.pending?.event === "help" && view.local.pending.data.help === help;
      return html`<button class="help" type="button" ?disabled=${!can} aria-busy=${sent} aria-label=${t("{help} {n} left", { help: helpName(help), n: play.helps[help] })}
        @click=${() => act.help(help)}>${helpMark(help)}<span>${helpName(help)}</span> <b class="num">${play.helps[help]}</b></button>`;
    })}
  </div>`;
}

/** @type {Record<HelpName, string>} */
const DRAWN = {
  fifty: "M5 19L19 5M6.500 5.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17.500 14.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  time: "M12 4a8 8 0 1 0 8 8M12 8v4l3 2M19 2v6M16 5h6",
  swap: "M4 9h14l-4-4M20 15H6l4 4",
};

/** @param {HelpName} help */
export const helpMark = (help) => html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d=${DRAWN[help]} /></svg>`;

/** @param {Model} view @param {import("./contract").Question} question @param {Actions} act */
function estimate(view, question, act) {
  const off = view.phase !== "open";
  return dial({ scale: question, value: view.value, outside: view.outside, off, classes: off ? "deck--done" : "" }, act, lockIn(view, act, view.outside));
}

/** @param {Model} view @param {Actions} act */
function deck(view, act) {
  const shown = shownOf(view);
  if (!shown) return nothing;
  const many = shown.question.kind === "multiple";
  const classes = classMap({
    deck: true,
    [`deck--${shown.question.choices.length}`]: true,
    "deck--image": Boolean(shown.media && pictureAt(`/media/${shown.media}`)),
    "deck--helped": Object.values(view.state.road?.levels[(view.state.play?.level ?? 1) - 1]?.helps ?? {}).some((n) => n > 0),
    "deck--done": view.phase !== "open",
  });
  return html`<div class=${classes} role="group" aria-label=${t("Choices")}>
    ${shown.question.choices.map((text, place) => choice(view, act, place, pick(text)))}
    ${many ? lockIn(view, act, view.chosen.length === 0) : nothing}
  </div>`;
}

/** @param {Model} view @param {Actions} act @param {number} place @param {string} text */
function choice(view, act, place, text) {
  const mine = view.chosen.includes(place);
  const gone = view.local.gone.includes(place);
  const classes = classMap({ choice: true, "choice--mine": mine, "choice--sunk": mine && view.phase !== "open", "choice--gone": gone });
  return html`<button class=${classes} type="button" data-el=${place} data-at=${place} ?disabled=${!view.playing || gone} aria-pressed=${mine}
    aria-label=${`${letter(place)}: ${gone ? t("taken away") : text} ${mine ? took(view) : ""}`.trim()} @click=${() => act.choose(place)}>
    ${seal(place)}
    <span class="choice__text">${text}</span>
    <span class="choice__mark">${mine ? sent(view) : nothing}</span>
  </button>`;
}

/** How long the answer took, once that is known. @param {Model} view */
function took({ phase, state: { play } }) {
  return phase === "recorded" && play?.verdict ? `${seconds(play.verdict.elapsed_ms)} ${t("s")}` : "";
}

/** What stands on the own choice. @param {Model} view */
function sent(view) {
  const told = view.state.play?.verdict;
  if (view.phase === "recorded" && told) return html`${sign("right")}<span class="num">${took(view)}</span>`;
  if (view.phase === "sending") return html`<span class="sending" aria-label=${t("Sending")}></span>`;
  return sign("right");
}

/** @param {Model} view @param {Actions} act @param {boolean} empty */
export function lockIn(view, act, empty) {
  const word = view.phase === "recorded" ? t("Recorded") : view.phase === "sending" ? t("Sending") : t("Lock in");
  return html`<button class="lock" type="button" ?disabled=${!view.playing || empty} @click=${() => act.lockIn()}>${word}</button>`;
}
