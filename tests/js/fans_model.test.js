import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { countdown, model, nextChange, orderOf } from "../../static/js/fans/model.js";
import { aheadNow } from "../../static/js/fans/pieces.js";
import { isOut, lastToFall, verdictOf } from "../../static/js/fans/reveal.js";
import { fresh, passed, tapped, TOO_LONG_MS } from "../../static/js/fans/toy.js";
import { middleOf, snap, stepBetween } from "../../static/js/shared/scale.js";
import { shuffle } from "../../static/js/shared/shuffle.js";
import { apply, empty } from "../../static/js/shared/state.js";

const folder = new URL("fixtures/scenes/", import.meta.url);
/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const scenes = Object.fromEntries(readdirSync(folder).map((name) => [name.slice(3, -5), read(name)]));

/** The model of a sample scene. @param {string} name @param {{now?: number, local?: object}} [change] */
function see(name, change = {}) {
  const sample = scenes[name];
  let state = apply(empty(), { kind: "snapshot", data: sample });
  if (sample.tick) state = apply(state, { kind: "tick", data: sample.tick });
  if (sample.standing) state = apply(state, { kind: "standing", data: sample.standing });
  /** @type {any} */
  const local = { link: "online", removed: null, picked: [], value: null, pending: null, toy: fresh(), epoch: 0, ...sample.local, ...change.local };
  return model(state, local, change.now ?? sample.now_ms, sample.wall_ms ?? 0);
}

test("every sample scene has the phase it was drawn for", () => {
  const phases = Object.fromEntries(Object.keys(scenes).map((name) => [name, see(name).phase]));
  assert.equal(Object.keys(phases).length, 41);
  for (const [name, phase] of Object.entries({
    scheduled: "scheduled", lobby: "lobby", reading: "reading", "opening-soon": "announced", "open-four": "open",
    sending: "sending", recorded: "recorded", "closed-key": "closed", "reveal-right": "reveal", board: "board",
    "podium-me": "podium", "final-awards": "final", cancelled: "cancelled", replaced: "removed",
  })) assert.equal(phases[name], phase, name);
});

test("the gate opens by the clock, not by a packet", () => {
  const opens = scenes["opening-soon"].scene.round.opens_ms;
  assert.equal(see("opening-soon", { now: opens - 1 }).playing, false);
  assert.equal(see("opening-soon", { now: opens }).playing, true);
  assert.equal(nextChange(see("opening-soon", { now: opens - 40 })), opens);
});

test("the gate closes by the clock too, before the packet says so", () => {
  const closes = scenes["open-four"].scene.round.closes_ms;
  assert.equal(see("open-four", { now: closes - 1 }).phase, "open");
  assert.equal(see("open-four", { now: closes }).phase, "closed");
});

test("an answer on its way stays on its way after the close, until the server has spoken", () => {
  const closes = scenes.sending.scene.round.closes_ms;
  assert.equal(see("sending", { now: closes + 500 }).phase, "sending");
});

test("an answer of another round is not shown as this one's", () => {
  const view = see("open-four", { local: { pending: { round: "another", places: [1] } } });
  assert.deepEqual([view.phase, view.chosen], ["open", []]);
});

test("choices stand in the fan's own order, true and false as they are", () => {
  const { round } = scenes["open-four"].scene;
  assert.deepEqual(see("open-four").order, shuffle(4, 2838411, round.id));
  assert.deepEqual(orderOf(scenes["open-truefalse"].scene.round, 2838411), [0, 1]);
});

test("the last five seconds begin when five are left", () => {
  const closes = scenes["open-four"].scene.round.closes_ms;
  assert.equal(see("open-four", { now: closes - 5001 }).lastFive, false);
  assert.equal(see("open-four", { now: closes - 5000 }).lastFive, true);
});

test("an estimate beyond the ends of the scale cannot be locked in, one on its ends can", () => {
  const { low, high, closes_ms: closes } = scenes["open-estimate"].scene.round;
  const beyond = (/** @type {number} */ value, more = {}) => see("open-estimate", { local: { value }, ...more }).outside;
  assert.deepEqual([low - 1, low, high, high + 0.5, 999_999].map((value) => beyond(value)), [true, false, false, true, true]);
  assert.equal(see("open-estimate").outside, false, "untouched");
  assert.equal(beyond(high + 1, { now: closes }), false, "over: nothing to refuse any more");
});

test("while open the picture changes at each whole second left", () => {
  const closes = scenes["open-four"].scene.round.closes_ms;
  assert.equal(nextChange(see("open-four", { now: closes - 13_400 })), closes - 13_000);
});

test("the verdict needs nothing but the packet, the standing has the last word", () => {
  /** @type {Record<string, string>} */
  const wanted = {
    "reveal-right": "right", "reveal-wrong": "wrong", "reveal-silent": "silent", "reveal-nobody-right": "wrong",
    "reveal-everybody-right": "right", "reveal-estimate": "right", "reveal-voided": "void", "reveal-corrected": "right",
  };
  for (const [name, verdict] of Object.entries(wanted)) {
    assert.equal(verdictOf(see(name)), verdict, name);
    const alone = see(name);
    assert.equal(verdictOf({ ...alone, own: null }), verdict, `${name} without standing`);
  }
});

test("a multiple choice is right only with all of the key and nothing else", () => {
  const view = see("reveal-right");
  const told = /** @type {any} */ (view.state.scene);
  const state = { ...view.state, scene: { ...told, reveal: { ...told.reveal, places: [0, 3] } } };
  /** @param {number[]} places */
  const of = (places) => verdictOf({ state, own: null, answered: /** @type {any} */ ({ places }) });
  assert.deepEqual([of([3, 0]), of([0]), of([0, 1, 3])], ["right", "wrong", "wrong"]);
});

test("out is said to whom this question put out, not while its result is unknown", () => {
  const view = see("reveal-out");
  assert.equal(isOut(view), true);
  assert.equal(isOut({ own: null }), false);
});

test("who fell last and is paid is not told that he is out", () => {
  const view = see("reveal-out");
  const paid = { own: /** @type {any} */ ({ ...view.own, share: 10_000, gained: 10_000 }) };
  assert.deepEqual([lastToFall(paid), isOut(paid)], [true, false]);
  assert.deepEqual([lastToFall(view), isOut(view)], [false, true]);
});

test("no share of fans behind is told while the own score is of an older count than the board", () => {
  const view = see("board");
  assert.equal(typeof aheadNow(view), "number");
  assert.equal(aheadNow({ ...view, current: false }), null);
});

test("an estimate moves in handy steps and never leaves dust", () => {
  assert.deepEqual([[100, 300], [0, 1], [0, 10_000], [1, 7]].map(([low, high]) => stepBetween(Number(low), Number(high))), [1, 0.005, 50, 0.05]);
  assert.equal(snap(0.1 + 0.2, 0, 1, 0.05), 0.3);
  assert.equal(snap(999, 0, 300, 1), 300);
  assert.equal(middleOf(100, 300), 200);
});

test("the countdown speaks in days, hours, minutes and seconds and stops at nothing", () => {
  assert.deepEqual(countdown(93_784_000), { days: 1, hours: 2, minutes: 3, seconds: 4 });
  assert.deepEqual(countdown(-5), { days: 0, hours: 0, minutes: 0, seconds: 0 });
});

test("the warm-up measures from the opening, keeps the best and forgives an early tap", () => {
  let toy = tapped(fresh(), 1000, 0);
  assert.equal(toy.phase, "waiting");
  assert.equal(tapped(toy, 1100, 0).phase, "early");
  toy = passed(toy, toy.opensAt);
  assert.equal(toy.phase, "open");
  toy = tapped(toy, toy.opensAt + 284, 0);
  assert.deepEqual([toy.phase, toy.reaction, toy.best, toy.goes], ["result", 284, 284, 1]);
  toy = passed(tapped(toy, 5000, 0.5), 20_000);
  toy = tapped(toy, toy.opensAt + 400, 0);
  assert.deepEqual([toy.reaction, toy.best], [400, 284]);
});

test("a warm-up nobody taps goes back to rest", () => {
  const open = passed(tapped(fresh(), 0, 0), 900);
  assert.equal(passed(open, open.opensAt + TOO_LONG_MS).phase, "idle");
});

test("the extra life is there, is spent by a wrong answer that leaves the fan in, and is gone afterwards", () => {
  const round = { id: "r1", n: 1, rule: "survival", kind: "single", choices: [] };
  const local = /** @type {any} */ ({ link: "online", removed: null, picked: [], value: null, pending: null, epoch: 0 });
  /** @param {object} own @param {object} [reveal] */
  const at = (own, reveal = { version: 1 }) => {
    const scene = { seq: 1, scene: "reveal", run: { lives: 1 }, round, reveal, board: null };
    const standing = { round: "r1", version: 1, judged: true, score: 0, ...own };
    return model(/** @type {any} */ ({ scene, you: { seed: 1, lives: 1, answered: null }, standing, base: null, stale: false }), local, 0, 0);
  };
  const shown = (/** @type {any} */ view) => [view.life, view.lifeSpent];
  assert.deepEqual(shown(at({ right: true, out: false, lives: 1 })), [true, false]);
  assert.deepEqual(shown(at({ right: false, out: false, lives: 0 })), [false, true]);
  assert.deepEqual(shown(at({ right: null, out: false, lives: 0 })), [false, true], "silent");
  assert.deepEqual(shown(at({ right: false, out: true, lives: 0 })), [null, false]);
  assert.deepEqual(shown(at({ right: null, out: false, lives: 1 }, { version: 1, changed: { kind: "voided" } })), [true, false]);
  assert.deepEqual(shown(at({ right: null, out: false, lives: null, judged: false })), [null, false], "came late");
});

test("a pause stands over the question until the announced instant, and what was picked is kept", () => {
  const { round } = scenes["open-four"].scene;
  const still = (/** @type {number | null} */ until, /** @type {number} */ now, local = {}) => {
    const data = { ...scenes["open-four"], scene: { ...scenes["open-four"].scene, pause: { left_ms: 9000, until_ms: until } } };
    const state = apply(empty(), { kind: "snapshot", data });
    return model(state, /** @type {any} */ ({ link: "online", removed: null, picked: [], value: null, pending: null, toy: fresh(), epoch: 0, ...local }), now, 0);
  };
  const now = round.opens_ms + 2000;
  const standing = still(null, now, { picked: [1] });
  assert.deepEqual([standing.phase, standing.playing], ["paused", false]);
  assert.equal(nextChange(standing), Infinity);
  const soon = still(now + 1500, now);
  assert.equal(soon.phase, "paused");
  assert.equal(nextChange(soon), now + 500, "the whole second goes by");
  const open = still(now + 1500, now + 1500, { picked: [1] });
  assert.deepEqual([open.phase, open.playing, open.chosen], ["open", true, [1]]);
});
