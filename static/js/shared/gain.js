/**
 * What a fan has gained in the round just told, worked out by the page itself: pure, the rules of docs/scoring.md for one
 * fan. A hall of phones shows its numbers at the reveal and asks the server afterwards, each in its own moment.
 *
 * Only a fan who stands on the settlement before this one may count on; whoever cannot know gets null and waits for the
 * server: a tie at a drawn cut, an older own score, an answer that may not be the stored one. The twin is
 * campaigns/domain/{rush,scoring}.py; tests/play/test_gain_twins.py holds the two together, number for number. Estimates are
 * therefore reckoned in whole numbers of the last decimal written: 1.1 lies within 1.0 ± 0.1, in binary fractions it does not.
 *
 * At a buzzer it is what the desk marked, and the page has to know whose it is.
 *
 * @typedef {import("./contract").Scene} Scene
 * @typedef {import("./contract").RoundNow} RoundNow
 * @typedef {import("./contract").Reveal} Reveal
 * @typedef {import("./contract").Answered} Answered
 *
 * @typedef {object} Base   own totals, and which settlement they come from (round null: before the first)
 * @property {string | null} round
 * @property {number} version
 * @property {number} score
 * @property {number} streak
 * @property {boolean} out
 * @property {number} lives
 * @property {number} fun   right answers given for fun, since out
 *
 * @typedef {{right: boolean | null, gained: number, bonus: number, share: number, score: number, streak: number,
 *   out: boolean, lives: number, fun: number}} Own
 */

import { markOf } from "./buzz.js";

const FULL_BELOW_MS = 500;
const STREAK_STEP = 100;
const STREAK_CAP = 500;

/** The own result of the round that is being told; null: the server has to say it.
 * @param {Scene} scene @param {Base | null} base @param {Answered | null} answered the recorded answer, null: certainly none
 * @param {string} fan own public id @returns {Own | null} */
export function reckon(scene, base, answered, fan) {
  const { round, reveal, run } = scene;
  if (!round || !reveal || !base || answered?.unsure || !follows(base, round, reveal)) return null;
  if (reveal.changed?.kind === "voided") return paid({ ...base, right: null, gained: 0, bonus: 0, share: 0 }, base, reveal);
  const buzzer = round.kind === "buzzer";
  if (buzzer && !scene.buzz) return null;
  const right = !answered ? null : buzzer ? markOf(scene.buzz, fan) : isRight(round, reveal, answered);
  if (round.warm_up) return paid({ ...base, right, gained: 0, bonus: 0, share: 0 }, base, reveal);
  const after = buzzer ? atTheBuzzer(round, base, right) : carried(round, base, right === true);
  const worth = answered ? earned(round, reveal, answered, right === true) : 0;
  if (worth === null) return null;
  const streaks = run.streak === true && right === true && round.possible > 0 && round.rule !== "survival";
  const bonus = streaks ? streakBonus(after.streak) : 0;
  const gained = worth + bonus;
  return paid({ ...after, right, gained, bonus, share: 0, score: base.score + gained }, base, reveal);
}

/** These totals are the ones that the round told was judged on. @param {Base} base @param {RoundNow} round @param {Reveal} reveal */
export function follows(base, round, reveal) {
  if (reveal.after === undefined) return false;
  if (reveal.after === null) return round.n === (round.warm_up ? 0 : 1) && base.round === null;
  return base.round === reveal.after.round && base.version === reveal.after.version;
}

/** @param {RoundNow} round @param {Reveal} reveal @param {Answered} answered */
function isRight(round, reveal, answered) {
  if (round.kind === "estimate") return nearness(answered.value, reveal) === "within";
  const own = new Set(answered.places ?? []);
  return own.size === reveal.places.length && reveal.places.every((each) => own.has(each));
}

/** Streak, lives, being out and the fun after that, one round on. @param {RoundNow} round @param {Base} base @param {boolean} right */
function carried(round, base, right) {
  if (right) return { ...base, streak: base.streak + 1, fun: base.fun + (base.out ? 1 : 0) };
  if (round.rule !== "survival" || base.out) return { ...base, streak: 0 };
  if (base.lives > 0 && !round.last) return { ...base, streak: 0, lives: base.lives - 1 };
  return { ...base, streak: 0, out: true };
}

/** Who was not asked is where they were before, and nobody's streak breaks. @param {RoundNow} round @param {Base} base @param {boolean | null} right */
function atTheBuzzer(round, base, right) {
  if (right === null) return base;
  return right ? carried(round, base, true) : { ...carried(round, base, false), streak: base.streak };
}

/** What the answer earns before the streak; null where the lot decided.
 * @param {RoundNow} round @param {Reveal} reveal @param {Answered} answered @param {boolean} right @returns {number | null} */
function earned(round, reveal, answered, right) {
  if (round.kind === "buzzer") return right && round.rule !== "survival" ? round.possible : 0;
  const base = ruled(round, reveal, answered.elapsed_ms, right);
  if (base === null || round.kind !== "estimate") return right ? base : 0;
  return estimated(base, answered.value, reveal);
}

/** What the rule pays, before closeness. @param {RoundNow} round @param {Reveal} reveal @param {number} elapsed
 * @param {boolean} right @returns {number | null} */
function ruled({ rule, possible, seconds }, { cut }, elapsed, right) {
  switch (rule) {
    case "survival":
      return 0;
    case "flat":
      return possible;
    case "speed":
      return speed(possible, elapsed, seconds * 1000);
    case "first_n": {
      if (!right) return 0;
      if (cut === undefined) return null;
      if (cut === null || elapsed < cut.elapsed_ms) return possible;
      if (elapsed > cut.elapsed_ms) return Math.floor(possible / 10);
      return cut.drawn ? null : possible;
    }
  }
}

/** Kahoot's formula, halves rounded up. @param {number} possible @param {number} elapsed @param {number} limit both in ms */
export function speed(possible, elapsed, limit) {
  if (elapsed < FULL_BELOW_MS) return possible;
  const taken = Math.min(elapsed, limit);
  return Math.floor((possible * (2 * limit - taken) + limit) / (2 * limit));
}

/** @param {number} streak right answers in a row, this one included */
export const streakBonus = (streak) => Math.min(STREAK_CAP, STREAK_STEP * Math.max(0, streak - 1));

/** The pot, once: to those still in after the last question, or to the last to fall.
 * @param {Own & Partial<Base>} own @param {Base} base @param {Reveal} reveal @returns {Own} */
function paid({ right, gained, bonus, score, streak, out, lives, fun }, base, { pot }) {
  const mine = pot ? (pot.fallen ? !base.out : !out) : false;
  const share = pot && mine ? pot.share : 0;
  return { right, gained: gained + share, bonus, share, score: score + share, streak, out, lives, fun };
}

/** How near an estimate is to the key. @param {number | null} own @param {Pick<Reveal, "value" | "margin">} key
 * @returns {"within" | "close" | "far"} close: beyond the margin, yet worth something */
export function nearness(own, key) {
  const at = measured(own, key);
  if (!at) return "far";
  return at.away <= at.margin ? "within" : at.away < 2n * at.margin ? "close" : "far";
}

/** `base` × closeness, halves rounded up. @param {number} base @param {number | null} own
 * @param {Pick<Reveal, "value" | "margin">} key */
export function estimated(base, own, key) {
  const at = measured(own, key);
  if (!at || at.away >= 2n * at.margin) return 0;
  return Number((BigInt(base) * (2n * at.margin - at.away) + at.margin) / (2n * at.margin));
}

/** Distance and margin as whole numbers of one unit. @param {number | null} own @param {Pick<Reveal, "value" | "margin">} key */
function measured(own, { value, margin }) {
  if (own === null || value === null || margin === null || ![own, value, margin].every(Number.isFinite)) return null;
  const written = [own, value, margin].map(asWritten);
  const unit = Math.min(...written.map(([, power]) => power));
  const [a = 0n, b = 0n, c = 0n] = written.map(([digits, power]) => digits * 10n ** BigInt(power - unit));
  return { away: a > b ? a - b : b - a, margin: c };
}

/** 1.25 → [125n, -2]: a number as it is written. @param {number} number @returns {[bigint, number]} */
function asWritten(number) {
  const [digits = "0", power = "0"] = String(number).split("e");
  const [whole = "0", rest = ""] = digits.split(".");
  return [BigInt(whole + rest), Number(power) - rest.length];
}
