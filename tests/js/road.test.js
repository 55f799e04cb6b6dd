import assert from "node:assert/strict";
import { test } from "node:test";

import { askedFor, decision, freshLocal, gateState, missing, model, nextChange, passedOf, waiting, worth } from "../../static/js/road/model.js";
import { apply, empty, newer, underWay } from "../../static/js/road/state.js";

const words = (/** @type {string} */ en) => ({ zh: en, en });
const helps = { fifty: 0, time: 0, swap: 0 };
/** @param {number} n @param {object} [more] */
const level = (n, more) => ({ n, title: words(`L${n}`), story: words(""), questions: 3, seconds: 20, pass_mark: 30, lives: 0, bonus: 20 * n, retries: 1, helps, ...more });
/** @type {any} */
const road = {
  seq: 3, scene: "road", run: { code: "ABC", title: words(""), activity: words(""), joined: 1, opens_at: null, closes_at: null },
  rules: { scoring: "road", dare: true, practice: true, attempts_per_day: 3, streak_extra_max: 0, cap_ms: 100, version: 1 },
  levels: [level(1), level(2, { lives: 1 })],
};
/** @param {object} [more] @returns {any} */
const play = (more) => ({
  id: "9", practice: false, state: "ready", n: 1, level: 1, question: 0, of: 3, lives: 0, combo: 0, level_score: 0, pass_mark: 30, banked: 0, won: 0,
  staked: 0, dared: false, helps, retries: 1, levels: [], open: null, verdict: null, ...more,
});
const question = { kind: "single", text: words("?"), choices: [], unit: words(""), low: null, high: null, image_alt: words(""), possible: 1000 };
const open = (/** @type {object} */ more = {}) => ({ n: 4, question, hidden: [], helps: [], opened_ms: 1000, closes_ms: 21000, media: null, ...more });
const told = (/** @type {object} */ more = {}) => ({ n: 5, question, right: true, late: false, said: { places: [1], value: null }, gained: 20, ...more });
/** @type {any} */
const you = { fan: "f", name: "Ming", play: null, attempts_left: 2, again_at: null, streak: 0, plays: 0, best: 0, total: 0, passed: 0, best_by_level: [null, null], badges: [] };

/** @param {object | null} open @param {object} [local] @param {number} [now] */
const see = (open, local = {}, now = 2000) =>
  model({ road, you, play: /** @type {any} */ (open) }, { ...freshLocal(), at: "play", link: "online", ...local }, now, now, now, true);

test("the play with the newer step stands, whichever came last", () => {
  let state = apply(empty(), { kind: "snapshot", data: { scene: road, you: { ...you, play: play({ n: 4 }) }, now_ms: 0 } });
  state = apply(state, { kind: "ack", data: { outcome: "done", play: play({ n: 6 }) } });
  state = apply(state, { kind: "ack", data: { outcome: "stale", play: play({ n: 5 }) } });
  assert.equal(state.play?.n, 6);
  assert.equal(newer(play({ id: "12", n: 1 }), play({ id: "9", n: 40 })).id, "12");
});

test("an estimate beyond the ends of its scale cannot be locked in, one on its ends can", () => {
  const asked = play({ state: "asked", open: open({ question: { ...question, kind: "estimate", low: 10, high: 20 } }) });
  const outside = (/** @type {number | null} */ value) => see(asked, { value }).outside;
  assert.deepEqual([null, 9.9, 10, 20, 20.1].map(outside), [false, true, false, false, true]);
  assert.equal(see(play({ state: "asked", open: open() }), { value: 99 }).outside, false, "no scale, no ends");
  assert.equal(see(asked, { value: 99 }, 22000).outside, false, "its time is over");
});

test("an older road does not come back", () => {
  const state = apply(apply(empty(), { kind: "scene", data: road }), { kind: "scene", data: { ...road, seq: 2, scene: "closed" } });
  assert.equal(state.road?.scene, "road");
});

test("the page itself does not know the play, the wire does; an ended one stays to be looked at", () => {
  const page = apply(empty(), { kind: "snapshot", data: { scene: road, you: { ...you, under_way: true }, now_ms: 0 } });
  assert.equal(underWay(page), true);
  assert.equal(underWay(apply(page, { kind: "you", data: you })), false);
  const running = { ...page, play: play({ state: "asked" }) };
  assert.equal(apply(running, { kind: "you", data: you }).play, null);
  const ended = { ...page, play: play({ state: "ended" }) };
  assert.equal(apply(ended, { kind: "you", data: you }).play?.state, "ended");
});

test("who waits for their wave counts down to it, unless a play of theirs is open; then the road is theirs", () => {
  const soon = { ...you, opens_at: new Date(90_000).toISOString() };
  assert.equal(waiting({ state: { road, you: soon, play: null }, wall: 89_999 }), true);
  assert.equal(waiting({ state: { road, you: soon, play: null }, wall: 90_000 }), false);
  const widened = { ...road, run: { ...road.run, opens_at: new Date(50_000).toISOString() } };
  assert.deepEqual([49_999, 50_000].map((wall) => waiting({ state: { road: widened, you: soon, play: null }, wall })), [true, false]);
  assert.equal(waiting({ state: { road, you: soon, play: play() }, wall: 0 }), false);
  assert.equal(waiting({ state: { road, you, play: null }, wall: 0 }), false);
  assert.equal(waiting({ state: { road: { ...road, scene: "scheduled" }, you, play: null }, wall: 0 }), true);
  assert.equal(waiting({ state: { road: { ...road, scene: "closed" }, you: soon, play: null }, wall: 0 }), false);
  const map = model({ road, you: soon, play: null }, { ...freshLocal(), link: "online" }, 5000, 5000, 5000, true);
  assert.equal(nextChange(map), 6000);
});

test("a question is open until the server's clock says otherwise, and an answer on its way stays on its way", () => {
  const asked = play({ state: "asked", n: 5, open: open() });
  assert.equal(see(asked).phase, "open");
  assert.equal(see(asked).playing, true);
  assert.equal(see(asked, {}, 21000).phase, "timeup");
  const pending = { event: "reply", data: { play: "9", n: 5, places: [2] } };
  assert.deepEqual([see(asked, { pending }, 30000).phase, see(asked, { pending }).chosen], ["sending", [2]]);
});

test("the recorded answer is seen for a beat before its verdict", () => {
  const judged = play({ state: "verdict", n: 6, verdict: told() });
  assert.equal(see(judged, { beat: 2400 }, 2000).phase, "recorded");
  assert.equal(see(judged, { beat: 2400 }, 2400).phase, "verdict");
  assert.equal(see(play({ state: "verdict", n: 6, verdict: told({ said: null }) }), { beat: 2400 }).phase, "verdict");
});

test("the last verdict of a level is shown before what came of it, until it has been looked at", () => {
  for (const state of ["passed", "failed", "ended"]) {
    const after = play({ state, n: 6, verdict: told() });
    assert.equal(see(after).phase, "verdict");
    assert.equal(see(after, { seen: 5 }).phase, state);
  }
  assert.equal(see(play({ state: "ended", n: 7, verdict: told() })).phase, "ended");
});

test("without a decision the next level is led to, with it one decides", () => {
  assert.equal(see(play({ state: "passed", level: 1 }), { lead: 1 }).phase, "start");
  assert.equal(see(play({ state: "passed", level: 2 }), { lead: 1 }).phase, "passed");
});

test("a closed season ends the play but not the look at its result", () => {
  const closed = { ...road, scene: "closed" };
  const local = { ...freshLocal(), at: /** @type {const} */ ("play") };
  const seen = (/** @type {any} */ one) => model({ road: closed, you, play: one }, local, 0, 0, 0, true).phase;
  assert.deepEqual([seen(play({ state: "ready" })), seen(play({ state: "ended" }))], ["closed", "ended"]);
});

test("bank and dare are said in plain numbers", () => {
  assert.deepEqual(decision({ road, you, play: play({ state: "passed", level: 1, won: 20 }) }), { safe: 20, wins: 100, back: 20, doubled: 80, loses: 20 });
});

test("the next right answer is worth ten more each time, and the last one doubles", () => {
  assert.deepEqual(worth({ road, you, play: play({ combo: 2, question: 2 }) }), { adds: 30, doubles: false });
  assert.deepEqual(worth({ road, you, play: play({ question: 3, level_score: 30, combo: 2 }) }), { adds: 30, doubles: true });
  assert.deepEqual(worth({ road, you, play: play({ question: 3, level_score: -10 }) }), { adds: 10, doubles: false });
});

test("a held gate says what was missing: points or lives", () => {
  assert.deepEqual(missing({ road, you, play: play({ level_score: -10 }) }), { lives: false, points: 40 });
  assert.deepEqual(missing({ road, you, play: play({ level: 2, lives: 0 }) }), { lives: true, points: 30 });
});

test("gates light up as soon as an own play has passed them", () => {
  assert.equal(passedOf({ road, you: { ...you, passed: 0, best_by_level: [30, 20] }, play: null }), 1);
  assert.deepEqual([1, 2, 3].map((n) => gateState(n, 1)), ["passed", "next", "locked"]);
});

test("an open question is drawn again at each full second", () => {
  const view = see(play({ state: "asked", n: 5, open: open() }), {}, 5400);
  assert.deepEqual([view.left, nextChange(view)], [16, 6000]);
});

test("a play under way is known for what it is, whatever was asked for", () => {
  const duel = { challenger: { name: "Wei", fan: "f", score: 10, right: 1, asked: 1, elapsed_ms: 1 }, own: null, outcome: null };
  const kinds = [play(), play({ practice: true }), play({ duel })];
  const asked = [{}, { practice: true }, { challenge: "t" }];
  assert.deepEqual(asked.map((data) => kinds.map((each) => askedFor(data, each))), [[true, false, false], [false, true, false], [false, false, true]]);
});
