/** The screen of a play as a function of the model: a line, the head (state word, gate, level score), the scene. */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { gate } from "../shared/gate.js";
import { removed } from "../shared/removed.js";
import { count, lang, t } from "../shared/words.js";
import { failed, passed, start } from "./level.js";
import { levelOf, sceneOf } from "./model.js";
import { question } from "./question.js";
import { ended } from "./result.js";
import { signed, stateWord } from "./said.js";
import { closed } from "./shut.js";
import { verdict } from "./verdict.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

/** @param {Model} view @param {Actions} act */
export function stage(view, act) {
  if (view.phase === "removed") return removed(view);
  if (view.phase === "closed") return closed(view, act);
  return html`${line(view, act)} ${head(view)} ${keyed(sceneOf(view), html`<div class="scene">${body(view, act)}</div>`)} ${light(view)}`;
}

/** @param {Model} view @param {Actions} act */
function body(view, act) {
  switch (view.phase) {
    case "start":
      return start(view, act);
    case "verdict":
      return verdict(view, act);
    case "passed":
      return passed(view, act);
    case "failed":
      return failed(view, act);
    case "ended":
      return ended(view, act);
    default:
      return question(view, act);
  }
}

/** The line above: where we are and the way to the map, or what is wrong and what is being done about it.
 * @param {Model} view @param {Actions} act */
function line(view, act) {
  const { play } = view.state;
  if (view.local.link === "offline") return html`<p class="line line--alert" role="status"><span class="line__dot"></span>${offline(view)}</p>`;
  const where = asking(view)
    ? t("Level {l} · question {n} of {m}", { l: play?.level ?? 1, n: play?.question ?? 1, m: play?.of ?? 1 })
    : t("Level {n}", { n: levelOf(view)?.n ?? 1 });
  return html`<p class="line">
    <button class="line__back" type="button" @click=${act.map}><svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7" /></svg>${t("Map")}</button>
    <span class="line__where num">${play?.practice ? html`<b class="tag">${t("Practice")}</b> ` : nothing}${view.local.moved ? t("Moved on elsewhere") : where}</span>
  </p>`;
}

/** @param {Model} view */
function offline(view) {
  if (view.local.pending?.event === "reply") return t("No connection. Your answer is kept and sent again…");
  if (view.phase === "open") return t("No connection. The clock runs on: tap, it is kept.");
  return view.local.pending ? t("No connection. Your tap is kept and sent again…") : t("No connection. Coming back…");
}

/** @param {Model} view */
export const asking = ({ phase }) => ["open", "sending", "recorded", "timeup", "verdict"].includes(phase);

/** @param {Model} view */
function head(view) {
  const { play } = view.state;
  const told = view.state.play?.verdict;
  const tone = view.phase === "verdict" ? (told?.right ? "right" : "wrong") : view.phase;
  const word = stateWord(view);
  const short = word.length <= (lang() === "zh" ? 2 : 4);
  const ended = view.phase === "ended";
  // Until the verdict is shown the score does not tell it.
  const untold = view.phase === "recorded" ? (told?.gained ?? 0) : 0;
  const level = view.phase === "start" ? 0 : (play?.level_score ?? 0) - untold;
  const mark = levelOf(view)?.pass_mark ?? play?.pass_mark ?? 0;
  return html`<header class="head head--${tone} ${view.lastFive ? "head--last" : ""}">
    <p class="head__word ${short ? "head__word--short" : ""}">${word}</p>
    ${middle(view)}
    <p class="head__score">${ended
      ? html`<b class="num">${count(play?.banked ?? 0)}</b><span>${t("points")}</span>`
      : html`<b class="num">${signed(level)}</b><span class="num">${t("pass at {n}", { n: count(mark) })}</span>
          <i class="head__bar" aria-hidden="true"><i .style=${`--part:${mark > 0 ? Math.max(0, Math.min(1, level / mark)) : 1}`}></i></i>`}</p>
  </header>`;
}

/** The gate in the head: closing while time runs, shut when it is up, standing open otherwise. @param {Model} view */
function middle(view) {
  const { play } = view.state;
  const open = play?.open;
  if (open && (view.phase === "open" || view.phase === "sending")) {
    const inside = keyed(view.lastFive ? view.left : "", html`<span class=${view.lastFive ? "beat" : ""} role="timer" aria-live="off">${view.left}</span>`);
    const classes = view.lastFive ? "gate--last" : "";
    return gate({ key: `${open.n} ${open.closes_ms} ${view.local.epoch}`, motion: "run", from: open.opened_ms, to: open.closes_ms, now: view.now, inside, classes });
  }
  if (view.phase === "ended") return html`<span></span>`;
  if (view.phase === "passed") return gate({ key: `opening ${play?.level}`, motion: "opening", from: view.now, to: view.now + 600, now: view.now, inside: play?.level ?? "" });
  const shut = ["timeup", "recorded", "failed", "start"].includes(view.phase);
  const waits = view.phase === "timeup" || view.phase === "recorded";
  return gate({ key: view.phase, motion: shut ? "shut" : "still", classes: waits ? "gate--wait" : "", inside: waits ? "" : (levelOf(view)?.n ?? "") });
}

/** The twin of the phone's motor: one pulse with the verdict. @param {Model} view */
function light(view) {
  const told = view.state.play?.verdict;
  if (view.phase === "open") return keyed(`open ${view.state.play?.open?.n}`, html`<div class="light light--open" aria-hidden="true"></div>`);
  if (view.phase !== "verdict" || !told) return nothing;
  return keyed(`told ${told.n}`, html`<div class="light light--${told.right ? "right" : "wrong"}" aria-hidden="true"></div>`);
}
