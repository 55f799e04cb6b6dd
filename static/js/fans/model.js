/**
 * What the fan's page shows, worked out from what it knows: state (the wire's), local (the hand's), the server's time.
 * Pure. `phase` is finer than the scene: it knows whether the gate is open *by the clock* and where the own answer is.
 */
import { reckon } from "../shared/gain.js";
import { secondsLeft } from "../shared/gate.js";
import { outside } from "../shared/scale.js";
import { shuffle } from "../shared/shuffle.js";
import { standsStill } from "../shared/still.js";

const LOCK_MS = 250;

/**
 * @typedef {import("../shared/state.js").State} State
 * @typedef {import("../shared/contract").Answer} Answer
 * @typedef {import("../shared/contract").RoundNow} RoundNow
 * @typedef {import("../shared/contract").Answered} Answered
 * @typedef {import("./toy.js").Toy} Toy
 * @typedef {Pick<import("../shared/gain.js").Own, "right" | "gained" | "bonus" | "share" | "score" | "streak" | "out">
 *   & {lives: number | null, fun?: number, judged?: boolean}} Own
 *
 * @typedef {"connecting" | "removed" | "cancelled" | "scheduled" | "lobby" | "reading" | "announced" | "paused" | "open" | "sending"
 *   | "recorded" | "closed" | "reveal" | "board" | "podium" | "final"} Phase
 *
 * @typedef {object} Local
 * @property {"connecting" | "online" | "offline"} link
 * @property {string | null} removed   why the page stopped
 * @property {number[]} picked         multiple choice, not yet locked in
 * @property {number | null} value     estimate, not yet locked in
 * @property {Answer | null} pending   sent, not yet acknowledged
 * @property {Toy} toy
 * @property {number} epoch            counts wake-ups: running countdowns are drawn anew
 *
 * @typedef {object} Model
 * @property {Phase} phase
 * @property {State} state
 * @property {Local} local
 * @property {number} now              server's clock, ms
 * @property {number} wall             wall clock, ms
 * @property {number[]} order          places in the fan's own order
 * @property {number} left             whole seconds until the close
 * @property {boolean} lastFive
 * @property {number[]} chosen         places picked, pending or recorded
 * @property {number | null} value     value typed, pending or recorded; null if untouched
 * @property {boolean} outside         that value lies beyond the ends of the scale: it cannot be locked in
 * @property {Answered | null} answered   the recorded answer of this round
 * @property {boolean} playing         choices can be tapped
 * @property {boolean} locked          at a buzzer: pressed too early, and the button does not take another press yet
 * @property {Own | null} own          own result of the round told: as the server says it, till then as we know it
 * @property {import("../shared/contract").OwnFallen | null} fallen   out of a survival run: own place on the board of the fallen
 * @property {boolean | null} life     the extra life is still there; null: this run has none, or the fan is out
 * @property {boolean} lifeSpent       the round told took the extra life
 * @property {number} score            the newest own score known
 * @property {boolean} current         that score belongs to the count the board shows: only then may the two be compared
 *
 * @typedef {object} Actions
 * @property {(place: number) => void} choose
 * @property {(value: number) => void} estimate
 * @property {() => void} lockIn
 * @property {() => void} press       the buzzer
 * @property {() => void} toy
 */

/** @param {State} state @param {Local} local @param {number} now @param {number} wall @returns {Model} */
export function model(state, local, now, wall) {
  const round = state.scene?.round ?? null;
  const held = state.you?.answered ?? null;
  const answered = held && round && held.round === round.id ? held : null;
  const pending = round && local.pending?.round === round.id ? local.pending : null;
  const phase = phaseOf(state, local, now, answered, pending);
  const own = ownOf(state, answered, pending);
  const locked = lockedAt(state, now);
  const left = round?.closes_ms ? secondsLeft(round.closes_ms, now) : 0;
  return {
    phase,
    state,
    local,
    now,
    wall,
    order: orderOf(round, state.you?.seed ?? 0),
    left,
    lastFive: (phase === "open" || phase === "sending" || phase === "recorded") && left <= 5,
    chosen: answered?.places ?? pending?.places ?? (phase === "open" ? local.picked : []),
    value: answered?.value ?? pending?.value ?? local.value,
    outside: phase === "open" && outside(local.value, round),
    answered,
    playing: phase === "open" && !locked,
    locked,
    own,
    fallen: fallenOf(state, own),
    life: lifeOf(state, own),
    lifeSpent: lifeSpent(state, own),
    score: own?.score ?? state.you?.score ?? 0,
    current: own !== null || !state.stale,
  };
}

/** A press before the opening locks until LOCK_MS after it (campaigns/domain/buzzer.py). @param {State} state @param {number} now */
function lockedAt({ scene, ack }, now) {
  const round = scene?.round;
  if (round?.kind !== "buzzer" || (ack?.outcome !== "early" && ack?.outcome !== "locked")) return false;
  return now < (round.opens_ms ?? Infinity) + LOCK_MS;
}

/** @param {State} state @param {Answered | null} answered @param {Answer | null} pending @returns {Own | null} */
function ownOf({ scene, standing, base, you, stale }, answered, pending) {
  if (standing) return standing;
  // An answer still on its way may be stored, or not.
  if (!scene || !you || pending) return null;
  const own = reckon(scene, base, answered, you.fan);
  // A snapshot of this very result has the last word on our score.
  return own && (stale || own.score === you.score) ? own : null;
}

/** The server's word, else our own reckoning (which knows no rank), else what we knew before. @param {State} state @param {Own | null} own */
function fallenOf({ standing, you, stale }, own) {
  if (standing) return standing.fallen ?? null;
  if (own) return own.out ? { score: own.fun ?? 0, rank: null } : null;
  return you?.fallen ? { ...you.fallen, rank: stale ? null : you.fallen.rank } : null;
}

/** @param {State} state @param {Own | null} own */
function lifeOf({ scene, you }, own) {
  if (!scene?.run.lives || (own ?? you)?.out) return null;
  const lives = (own ?? you)?.lives;
  return typeof lives === "number" ? lives > 0 : scene.scene === "scheduled" || scene.scene === "lobby" ? true : null;
}

/** Not right, and still in: in survival that costs the extra life. @param {State} state @param {Own | null} own */
function lifeSpent({ scene }, own) {
  const { round, reveal } = scene ?? {};
  if (round?.rule !== "survival" || !reveal || reveal.changed?.kind === "voided") return false;
  const missed = round.kind === "buzzer" ? own?.right === false : own?.right !== true;
  return own !== null && own.judged !== false && missed && !own.out;
}

/** @param {State} state @param {Local} local @param {number} now @param {Answered | null} answered
 * @param {Answer | null} pending @returns {Phase} */
function phaseOf(state, local, now, answered, pending) {
  if (local.removed) return "removed";
  const scene = state.scene;
  if (!scene) return "connecting";
  if (standsStill(scene, now)) return "paused";
  if (scene.scene !== "open") return scene.scene;
  const round = scene.round;
  if (!round || round.opens_ms === null || round.closes_ms === null) return "reading";
  if (now < round.opens_ms) return "announced";
  if (answered) return now < round.closes_ms ? "recorded" : "closed";
  if (pending) return "sending";
  return now < round.closes_ms ? "open" : "closed";
}

/** @param {RoundNow | null} round @param {number} seed */
export function orderOf(round, seed) {
  const count = round?.choices?.length ?? 0;
  if (!round || round.kind === "truefalse") return Array.from({ length: count }, (_, i) => i);
  return shuffle(count, seed, round.id);
}

/** The next instant (server's clock, ms) at which the picture changes by itself; Infinity if it does not.
 * @param {Model} view */
export function nextChange({ phase, state, now, left, locked }) {
  const round = state.scene?.round;
  if (phase === "open" && locked) return (round?.opens_ms ?? now) + LOCK_MS;
  if (phase === "paused") {
    const until = state.scene?.pause?.until_ms;
    return !until ? Infinity : until - Math.floor(Math.max(0, until - now - 1) / 1000) * 1000;
  }
  if (phase === "announced") return round?.opens_ms ?? Infinity;
  if ((phase === "open" || phase === "sending" || phase === "recorded") && round?.closes_ms) {
    return Math.max(now + 20, left > 0 ? round.closes_ms - (left - 1) * 1000 : round.closes_ms);
  }
  if (phase === "scheduled" && state.scene?.run.starts_at) return now + 1000;
  return Infinity;
}

/** What a tick says need not be drawn by itself: time draws the picture within a second anyway. Presses at a buzzer are news
 * at once. @param {Model} view */
export const canWait = (view) => view.state.scene?.round?.kind !== "buzzer" && nextChange(view) <= view.now + 1000;

export { countdown } from "../shared/wall.js";
