/**
 * Which sound belongs to which change: pure, from what the screen showed a moment ago to what it shows now.
 * The instruments are in sound.js. A reload or a reconnect (no `before`) is silent.
 */

import { goesOnIn, standsStill } from "../shared/still.js";
import { phaseOf, secondsLeft } from "./figures.js";

/** @typedef {"open" | "tick" | "gate" | "up" | "down" | "nobody" | "third" | "second" | "fanfare" | "empty"} Cue */
/** @typedef {{scene: string, round: string | null, phase: string, left: number, step: number, rank1: number, right: number, answered: number, told: string}} Moment */

/**
 * What a reveal tells the hall. Its version also counts settlements that only follow an earlier question's correction and
 * tell nothing new of this one: those are a notice, not another reveal.
 * @param {any} reveal
 */
export const toldOf = (reveal) => reveal ? JSON.stringify([reveal.places, reveal.value, reveal.counts, reveal.right, reveal.changed]) : "";

/**
 * What a screen shows of a packet: the brand over everything, the pause over the scene.
 * @param {any} packet @param {number} now
 * @returns {string}
 */
export const shownOf = (packet, now) => (packet.brand ? "brand" : standsStill(packet, now) ? "paused" : packet.scene);

/**
 * @param {any} packet a scene packet (docs/messages.md) @param {number} now
 * @returns {Moment}
 */
export function momentOf(packet, now) {
  const round = packet.round;
  const scene = shownOf(packet, now);
  const open = scene === "open" && round;
  return {
    scene,
    round: round?.id ?? null,
    phase: open ? phaseOf(round.opens_ms, round.closes_ms, now) : "",
    left: open ? secondsLeft(round.closes_ms, now, round.seconds) : goesOnIn(packet, now),
    step: packet.podium?.step ?? 0,
    rank1: packet.podium?.rows.filter((/** @type {{rank: number}} */ row) => row.rank === 1).length ?? 0,
    right: packet.reveal?.right ?? 0,
    answered: packet.reveal?.answered ?? 0,
    told: toldOf(packet.reveal),
  };
}

/**
 * @param {Moment | null} before @param {Moment} after
 * @returns {Cue[]}
 */
export function cuesBetween(before, after) {
  if (before === null || before.scene === "brand" || after.scene === "brand" || after.scene === "paused") return [];
  if (before.scene === "paused") return after.scene === "open" && after.phase !== "over" ? ["open"] : [];
  if (after.scene === "open") return openCues(before, after);
  if (before.scene === "open" && before.phase !== "over" && after.scene === "closed") return ["gate"];
  const told = before.scene === after.scene && before.round === after.round && before.told === after.told;
  if (after.scene === "reveal" && !told) return [revealCue(after)];
  if (after.scene === "podium" && after.step > 0 && after.step !== before.step) return [podiumCue(after)];
  return [];
}

/** @param {Moment} before @param {Moment} after @returns {Cue[]} */
function openCues(before, after) {
  const opened = before.phase !== after.phase && (before.phase === "lead" || before.scene !== "open");
  if (opened && (after.phase === "open" || after.phase === "last")) return ["open"];
  if (before.phase !== "over" && after.phase === "over") return ["gate"];
  return after.phase === "last" && before.left !== after.left ? ["tick"] : [];
}

/** @param {Moment} after @returns {Cue} */
function revealCue(after) {
  if (after.right === 0) return "nobody";
  return after.right * 2 >= after.answered ? "up" : "down";
}

/** @param {Moment} after @returns {Cue} */
function podiumCue(after) {
  if (after.step === 1) return after.rank1 > 0 ? "fanfare" : "empty";
  return after.step === 2 ? "second" : "third";
}

/**
 * Beats a minute of the lobby's pulse: calm alone, quick when thousands are in.
 * @param {number} joined
 */
export function pulseRate(joined) {
  return Math.round(Math.min(116, 48 + 17 * Math.log10(1 + Math.max(0, joined))));
}
