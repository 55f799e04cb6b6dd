/**
 * What the page of a road shows, worked out from what it knows: state (the wire's), local (the hand's), the server's time.
 * Pure. `phase` is finer than the play's state: it knows whether time is up *by the clock*, where the own answer is, and
 * whether the last verdict has been looked at.
 */
import { secondsLeft } from "../shared/gate.js";
import { outside } from "../shared/scale.js";
import { underWay } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./contract").Play} Play
 * @typedef {import("./contract").Action} Action
 * @typedef {import("./contract").HelpName} HelpName
 *
 * @typedef {"connecting" | "removed" | "map" | "closed" | "start" | "open" | "sending" | "recorded" | "timeup" | "verdict"
 *   | "passed" | "failed" | "ended"} Phase
 *
 * @typedef {object} Local
 * @property {"connecting" | "online" | "offline"} link
 * @property {string | null} removed    why the page stopped
 * @property {"map" | "play"} at        what the fan looks at
 * @property {number[]} picked          several choices, not yet locked in
 * @property {number | null} value      estimate, not yet locked in
 * @property {Action | null} pending    sent, not yet acknowledged
 * @property {number} beat              own clock: until then the recorded answer stays to be seen
 * @property {number[]} gone            choices taken away from the question just answered
 * @property {number} seen              the step of the verdict that was looked at
 * @property {number} lead              the level led to where nothing is to be decided between two levels
 * @property {string | null} refused    why no play began
 * @property {boolean} moved            the play stood elsewhere than the page believed
 * @property {boolean} leaving          ending the play has been tapped once
 * @property {{token: string, refused: string | null, challenger: import("./contract").Challenger | null} | null} called   the challenge whose link was followed
 * @property {boolean} shared           the link has been copied
 * @property {number} epoch             counts wake-ups: running countdowns are drawn anew
 *
 * @typedef {object} Model
 * @property {Phase} phase
 * @property {State} state
 * @property {Local} local
 * @property {number} now               server's clock, ms
 * @property {number} wall              wall clock, ms
 * @property {number} left              whole seconds until the close
 * @property {boolean} lastFive
 * @property {number[]} chosen          places picked, on their way or recorded
 * @property {number | null} value      estimated, on its way or recorded; null if untouched
 * @property {boolean} outside          that value lies beyond the ends of the scale: it cannot be locked in
 * @property {boolean} playing          choices can be tapped
 * @property {boolean} armed            the picture stands long enough that a tap is meant for it
 * @property {boolean} resumable
 *
 * @typedef {object} Actions
 * @property {(practice: boolean) => void} begin
 * @property {() => void} [take]   takes the challenge up
 * @property {() => void} resume
 * @property {() => void} map
 * @property {() => void} ask
 * @property {() => void} next
 * @property {(place: number) => void} choose
 * @property {(value: number) => void} estimate
 * @property {() => void} lockIn
 * @property {(help: HelpName) => void} help
 * @property {(dare: boolean) => void} decide
 * @property {() => void} retry
 * @property {() => void} stop
 * @property {() => void} share
 */

/** A second tap of a double tap falls into this. */
export const GUARD_MS = 350;

/** @returns {Local} */
export const freshLocal = () => ({
  link: "connecting", removed: null, at: "map", picked: [], value: null, pending: null, beat: 0, gone: [], seen: 0, lead: 0,
  refused: null, moved: false, leaving: false, called: null, shared: false, epoch: 0,
});

/** @param {State} state @param {Local} local @param {number} now server's clock @param {number} own own clock
 * @param {number} wall @param {boolean} armed @returns {Model} */
export function model(state, local, now, own, wall, armed) {
  const { play } = state;
  const phase = phaseOf(state, local, now, own);
  const left = play?.open ? secondsLeft(play.open.closes_ms, now) : 0;
  const sent = local.pending?.event === "reply" ? local.pending.data : null;
  const said = phase === "recorded" ? play?.verdict?.said : null;
  return {
    phase,
    state,
    local,
    now,
    wall,
    left,
    lastFive: (phase === "open" || phase === "sending") && left <= 5,
    chosen: said?.places ?? sent?.places ?? local.picked,
    value: said?.value ?? sent?.value ?? local.value,
    outside: phase === "open" && outside(local.value, play?.open?.question),
    playing: phase === "open" && local.pending === null && armed,
    armed,
    resumable: underWay(state),
  };
}

/** @param {State} state @param {Local} local @param {number} now @param {number} own @returns {Phase} */
function phaseOf({ road, play }, local, now, own) {
  if (local.removed) return "removed";
  if (!road) return "connecting";
  if (local.at === "map" || !play) return "map";
  if (road.scene !== "road" && play.state !== "ended") return "closed";
  if (play.open) {
    if (local.pending?.event === "reply") return "sending";
    return now < play.open.closes_ms ? "open" : "timeup";
  }
  if (unread(play, local)) return own < local.beat && play.verdict?.said ? "recorded" : "verdict";
  if (play.state === "passed") return local.lead === play.level ? "start" : "passed";
  if (play.state === "failed" || play.state === "ended") return play.state;
  return "start";
}

/** The newest step was an answer (or silence), and its verdict has not been left. @param {Play} play @param {Local} local */
export function unread(play, local) {
  if (!play.verdict || play.verdict.n !== play.n - 1) return false;
  return play.state === "verdict" || local.seen !== play.verdict.n;
}

/** The next instant (server's clock, ms) at which the picture changes by itself. @param {Model} view */
export function nextChange({ phase, state, now, left, wall }) {
  const open = state.play?.open;
  if ((phase === "open" || phase === "sending") && open) return Math.max(now + 20, open.closes_ms - Math.max(0, left - 1) * 1000);
  if (phase === "map" && (open || waiting({ state, wall }) || state.you?.attempts_left === 0)) return now + 1000;
  return Infinity;
}

/** It is not open to this fan yet: to nobody, or not to the fan's wave. @param {Pick<Model, "state" | "wall">} view */
export function waiting({ state: { road, you, play }, wall }) {
  if (road?.scene !== "road") return road?.scene === "scheduled";
  return !underWay({ road, you, play }) && Boolean(you?.opens_at) && (opensAt({ road, you }) ?? 0) > wall;
}

/** When it opens to this fan (ms): by its own hour, never later than to all, which may have been moved since. @param {Pick<State, "road" | "you">} state */
export function opensAt({ road, you }) {
  const hours = [you?.opens_at, road?.run.opens_at].flatMap((at) => (at ? [Date.parse(at)] : []));
  return hours.length ? Math.min(...hours) : null;
}

/** The level that is played or led to. @param {Pick<Model, "state" | "phase">} view */
export function levelOf({ state: { road, play }, phase }) {
  const led = phase === "start" && play?.state === "passed" ? 1 : 0;
  return road?.levels[(play?.level ?? 1) - 1 + led] ?? null;
}

/** What the next right answer adds, where that is certain. @param {State} state @returns {{adds: number, doubles: boolean} | null} */
export function worth({ road, play }) {
  if (!play || road?.rules.scoring !== "road") return null;
  const doubles = play.question === play.of && play.level_score > 0;
  return { adds: doubles ? play.level_score : 10 * (play.combo + 1), doubles };
}

/** 收 or 闯, in numbers: what is safe, what a dare can win and lose. @param {State} state */
export function decision({ road, play }) {
  const bonus = road?.levels[play?.level ?? 0]?.bonus ?? 0;
  const won = play?.won ?? 0;
  return { safe: won, wins: won + 2 * bonus, back: won, doubled: 2 * bonus, loses: won };
}

/** What a failed level lacked: lives, or so many points. @param {State} state */
export function missing({ road, play }) {
  const lives = Boolean(play && road?.levels[play.level - 1]?.lives && play.lives === 0);
  return { lives, points: play ? Math.max(0, play.pass_mark - play.level_score) : 0 };
}

/** The highest level ever passed: as settled, or as the own plays already show. @param {State} state */
export function passedOf({ road, you }) {
  const marks = road?.levels ?? [];
  const shown = marks.filter((level) => (you?.best_by_level[level.n - 1] ?? 0) >= Math.max(1, level.pass_mark)).map((level) => level.n);
  return Math.max(you?.passed ?? 0, ...shown);
}

/** Where a level stands on the map. @param {number} n @param {number} passed the highest level ever passed */
export const gateState = (n, passed) => (n <= passed ? "passed" : n === passed + 1 ? "next" : "locked");

/** Two pictures of one scene differ by numbers only. @param {Model} view */
export function sceneOf({ phase, state: { play } }) {
  const asking = ["open", "sending", "recorded", "timeup"].includes(phase);
  const question = play?.open?.n ?? play?.verdict?.n ?? 0;
  if (asking) return `ask ${play?.id} ${play?.level} ${play?.question} ${play?.open ? play.open.n : ""}`;
  return phase === "map" || phase === "removed" ? phase : `${phase} ${play?.id} ${play?.level} ${question} ${play?.retries}`;
}

/** Whether the open play is of the kind that was asked for: practice, a challenge, or one that counts.
 * @param {import("./contract").ActionData} asked @param {import("./contract").Play | null | undefined} play */
export const askedFor = (asked, play) => Boolean(play) && Boolean(asked.practice) === play?.practice && Boolean(asked.challenge) === Boolean(play?.duel);
