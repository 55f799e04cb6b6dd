/**
 * Which sound belongs to which change: pure, from what the screen showed a moment ago to what it shows now.
 * The instruments are in sound.js. A reload or a reconnect (no `before`) is silent.
 */

import { goesOnIn, standsStill } from "../shared/still.js";
import { phaseOf, secondsLeft } from "./figures.js";
import { podiumStory, storyOf } from "./stories.js";

/**
 * @typedef {"read" | "open" | "tick" | "gate" | "up" | "down" | "nobody" | "silence" | "one" | "dared" | "everybody" | "out" | "last"
 *   | "corrected" | "voided" | "board" | "roll" | "third" | "second" | "fanfare" | "tie" | "alone" | "empty" | "thanks" | "pass"} Cue
 * @typedef {{scene: string, round: string | null, phase: string, left: number, step: number, podium: ReturnType<typeof podiumStory>,
 *   story: import("./stories.js").Story | "", mostly: boolean, told: string}} Moment
 * @typedef {{run: string, joined: number, pass: string}} Pulse
 */

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
  const { round, reveal } = packet;
  const scene = shownOf(packet, now);
  const open = scene === "open" && round;
  return {
    scene,
    round: round?.id ?? null,
    phase: open ? phaseOf(round.opens_ms, round.closes_ms, now) : "",
    left: open ? secondsLeft(round.closes_ms, now, round.seconds) : goesOnIn(packet, now),
    step: packet.podium?.step ?? 0,
    podium: podiumStory(packet.podium ?? { step: 0, rows: [] }),
    story: reveal ? storyOf(reveal, round?.kind, packet.board?.survivors) : "",
    mostly: reveal ? reveal.right * 2 >= reveal.answered : false,
    told: toldOf(reveal),
  };
}

/**
 * @param {Moment | null} before @param {Moment} after
 * @returns {Cue[]}
 */
export function cuesBetween(before, after) {
  if (before === null || before.scene === "brand" || after.scene === "brand" || after.scene === "paused") return [];
  if (before.scene === "paused") return after.scene === "open" && after.phase !== "over" ? ["open"] : [];
  const same = before.scene === after.scene && before.round === after.round;
  switch (after.scene) {
    case "reading":
      return same ? [] : ["read"];
    case "open":
      return openCues(before, after);
    case "closed":
      return before.scene === "open" && before.phase !== "over" ? ["gate"] : [];
    case "reveal":
      return same && before.told === after.told ? [] : [revealCue(after)];
    case "board":
      return before.scene === "board" ? [] : ["board"];
    case "podium":
      return before.scene === "podium" && before.step === after.step ? [] : [podiumCue(after)];
    case "final":
      return before.scene === "podium" ? ["thanks"] : [];
    default:
      return [];
  }
}

/** @param {Moment} before @param {Moment} after @returns {Cue[]} */
function openCues(before, after) {
  const opened = before.phase !== after.phase && (before.phase === "lead" || before.scene !== "open");
  if (opened && (after.phase === "open" || after.phase === "last")) return ["open"];
  if (before.phase !== "over" && after.phase === "over") return ["gate"];
  return after.phase === "last" && before.left !== after.left ? ["tick"] : [];
}

/** @param {Moment} after @returns {Cue} */
function revealCue({ story, mostly }) {
  switch (story) {
    case "":
    case "estimate":
      return mostly ? "up" : "down";
    case "said":
    case "many":
      return "up";
    case "few":
      return "down";
    case "one_fan_right":
      return "one";
    case "one_fan_wrong":
      return "dared";
    default:
      return story;
  }
}

/** @param {Moment} after @returns {Cue} */
function podiumCue({ step, podium }) {
  if (step === 0) return "roll";
  if (step !== 1) return step === 2 ? "second" : "third";
  switch (podium) {
    case "tie":
      return "tie";
    case "one":
      return "alone";
    case "nobody":
      return "empty";
    default:
      return "fanfare";
  }
}

/** What ticks tell between two scenes. @param {import("../shared/state.js").State} state @returns {Pulse | null} */
export function pulseOf({ scene, tick }) {
  if (!scene || scene.brand) return null;
  const road = "levels" in scene;
  if (!road && scene.scene !== "lobby") return null;
  const passes = road ? /** @type {any} */ (tick)?.passes : null;
  return { run: scene.run.code, joined: road ? 0 : (tick?.joined ?? scene.run.joined), pass: passes?.[0]?.id ?? "" };
}

/** A lobby that fills plays a tune: who comes in is a note by its number. Of a crowd the newest sound, not all of them. */
const NOTES_AT_ONCE = 4;

/**
 * @param {Pulse | null} before @param {Pulse | null} after
 * @returns {{joins: number[], pass: boolean}} `joins`: the numbers of those who came in
 */
export function heardBetween(before, after) {
  if (!before || !after || before.run !== after.run) return { joins: [], pass: false };
  const many = Math.max(0, Math.min(NOTES_AT_ONCE, after.joined - before.joined));
  return { joins: Array.from({ length: many }, (_, at) => after.joined - many + at + 1), pass: after.pass !== "" && after.pass !== before.pass };
}

/**
 * Beats a minute of the lobby's pulse: calm alone, quick when thousands are in.
 * @param {number} joined
 */
export function pulseRate(joined) {
  return Math.round(Math.min(116, 48 + 17 * Math.log10(1 + Math.max(0, joined))));
}
