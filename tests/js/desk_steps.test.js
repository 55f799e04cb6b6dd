import assert from "node:assert/strict";
import { test } from "node:test";
import { coming, moved } from "../../static/js/operators/desk_rounds.js";
import { actOf, isOn, mayExtend, mayPause, reopenLeft } from "../../static/js/operators/desk_controls.js";
import { ackWords, aloneWords, complete, keyPacket, leadMs, mayCancel, mayCorrect, mayVoid, nextWords as wordsAt, numberOf, same, stateWords, toggled } from "../../static/js/operators/steps.js";

const STEPS = ["open_lobby", "ask", "open_now", "close_now", "wait", "enter_key", "reveal", "board", "podium", "podium_step", "end", "resume", "nothing"];
const desk = (step, extra = {}) => ({
  next: { step, seq: 1 }, scene: { podium: null }, upcoming: { n: 4, text: { zh: "多重？", en: "How heavy?" } },
  health: { answered: 131, connected: 305 }, ...extra,
});

const nextWords = (packet, now = 0) => wordsAt(packet, now);

test("every step of the table has words of its own", () => {
  const heads = STEPS.map((step) => nextWords(desk(step)).head);
  assert.equal(new Set(heads).size, STEPS.length);
  assert.ok(heads.every(Boolean));
});

test("next says which question comes and cannot be pressed while there is nothing to do", () => {
  assert.equal(nextWords(desk("ask")).head, "Ask question 4");
  assert.equal(nextWords(desk("ask")).line, "How heavy?");
  assert.equal(nextWords(desk("close_now")).line, "131 of 305 have answered");
  assert.deepEqual(STEPS.filter((step) => !nextWords(desk(step)).enabled), ["wait", "nothing"]);
});

test("an announced question says when it opens, and cannot be closed before", () => {
  const round = { round: { id: "7", state: "open" }, scene: { podium: null, round: { id: "7", opens_ms: 9000 } } };
  const before = nextWords(desk("close_now", round), 7300);
  assert.deepEqual([before.head, before.enabled], ["Opens in 2 s", false]);
  assert.deepEqual([stateWords("open", leadMs(desk("close_now", round), 7300)), stateWords("open")], ["Opens in 2 s", "open"]);
  const after = nextWords(desk("close_now", round), 9000);
  assert.deepEqual([after.head, after.enabled], ["Close it now", true]);
});

test("one is said as one", () => {
  assert.equal(nextWords(desk("close_now", { health: { answered: 1, connected: 305 } })).line, "1 of 305 has answered");
});

test("the podium's gates are announced 3, 2, 1", () => {
  const heads = [0, 3, 2].map((step) => nextWords(desk("podium_step", { scene: { podium: { step, rows: [] } } })).head);
  assert.deepEqual(heads, ["Open gate 3", "Open gate 2", "Open gate 1"]);
});

test("an acknowledgement is said in words, silence and errors too", () => {
  assert.deepEqual(ackWords({ outcome: "moved" }), { text: "", good: true });
  assert.equal(ackWords({ outcome: "stale" }).good, false);
  assert.match(ackWords(null).text, /No acknowledgement/);
  assert.match(ackWords({ error: "bad_input", message: "seq: got x, wanted a number" }).text, /seq: got x/);
  assert.match(ackWords({ error: "something_new" }).text, /something_new/, "an unknown code is shown, not swallowed");
});

test("tapping replaces a single choice and toggles among several", () => {
  assert.deepEqual(toggled([1], 2, "single"), [2]);
  assert.deepEqual(toggled([2], 0, "multiple"), [0, 2]);
  assert.deepEqual(toggled([0, 2], 0, "multiple"), [2]);
});

test("a key needs a choice or a number", () => {
  assert.equal(complete({ places: [], value: "" }, "single"), false);
  assert.equal(complete({ places: [0], value: "" }, "single"), true);
  assert.equal(complete({ places: [], value: "abc" }, "estimate"), false);
  assert.equal(complete({ places: [], value: "4299" }, "estimate"), true);
});

test("numbers are read as typed on either keyboard, and nothing else is", () => {
  assert.deepEqual(["4299", "4,299", "４２９９", " 8.5 ", "-3"].map(numberOf), [4299, 4299, 4299, 8.5, -3]);
  assert.deepEqual(["", "4.", "1e5", "4 2", "NaN", "0x10"].map(numberOf), [null, null, null, null, null, null]);
});

test("two entries of the same key agree however they were typed, others do not", () => {
  assert.equal(same({ places: [], value: "4,299" }, { places: [], value: "4299.0" }, "estimate"), true);
  assert.equal(same({ places: [1], value: "" }, { places: [2], value: "" }, "single"), false);
});

test("the key travels twice, so that the server can compare", () => {
  const one = { places: [2], value: "4,299" };
  assert.deepEqual(keyPacket("r", "single", one, one), { round: "r", places: [2], places_again: [2] });
  assert.deepEqual(keyPacket("r", "estimate", one, { places: [], value: "4300" }), { round: "r", value: 4299, value_again: 4300 });
});

test("only what has been counted can be corrected, and a void round stays void", () => {
  assert.deepEqual(["scheduled", "open", "closed", "settling", "settled", "revealed", "void"].filter(mayCorrect), ["settled", "revealed"]);
  assert.equal(mayVoid("void"), false);
  assert.equal(mayVoid("settling"), false);
  assert.equal(mayVoid("revealed"), true);
});

test("a run can be called off until its podium, and not once it is over", () => {
  const scenes = ["scheduled", "lobby", "reading", "open", "closed", "reveal", "board", "podium", "final", "cancelled"];
  assert.deepEqual(scenes.filter(mayCancel), scenes.slice(0, 7));
  assert.equal(mayCancel(undefined), false);
});

test("a pause that is to end is waited for; while it stands, next goes on", () => {
  const round = { id: "7", opens_ms: 1000 };
  const packet = (paused, until_ms) => desk("resume", { round: { id: "7", state: "open" }, scene: { round, podium: null, pause: { left_ms: 8000, until_ms } }, paused });
  assert.equal(leadMs(packet(true, null), 5000), 0);
  assert.ok(nextWords(packet(true, null), 5000).enabled);
  assert.equal(leadMs(packet(false, 6500), 5000), 1500);
  assert.ok(!nextWords(packet(false, 6500), 5000).enabled);
  assert.equal(leadMs(packet(false, 6500), 6500), 0);
});

test("a control knows what is on, and says what is wanted", () => {
  const shown = { scene: { brand: true, run: { nameless: false }, scene: "lobby" }, paused: false, switches: { auto_reveal: true, close_when_all: false } };
  assert.deepEqual(["brand", "names", "pause", "auto_reveal", "close_when_all"].map((name) => isOn(shown, name)), [true, false, false, true, false]);
  assert.deepEqual(actOf("brand", true), ["brand", { shown: true }]);
  assert.deepEqual(actOf("names", false), ["names", { hidden: false }]);
  assert.deepEqual(actOf("pause", false), ["pause", { paused: false }]);
  assert.deepEqual(actOf("auto_reveal", true), ["switches", { auto_reveal: true }]);
  assert.deepEqual([mayPause(shown), mayPause({ ...shown, paused: true })], [false, true]);
  assert.equal(reopenLeft({ reopen_until_ms: 61_000 }, 1500), 60);
  assert.equal(reopenLeft({ reopen_until_ms: null }, 1500), 0);
});

test("a rehearsal that runs by itself says how far it is", () => {
  const rounds = [{ n: 1, warm_up: 0 }, { n: 1, warm_up: 1 }, { n: 2, warm_up: 0 }, { n: -3, warm_up: 0 }];
  assert.equal(aloneWords({ scene: { round: null }, rounds }), "Runs by itself · 2 questions");
  assert.equal(aloneWords({ scene: { round: { n: 2 } }, rounds }), "Runs by itself · question 2 of 2");
});

test("the order of what is to come is told from what was asked, and a move carries it", () => {
  const rounds = [{ id: "1", n: 1 }, { id: "2", n: 2 }, { id: "3", n: 3 }, { id: "4", n: 4 }, { id: "9", n: -9 }];
  assert.deepEqual(coming({ rounds, round: null }), ["1", "2", "3", "4"]);
  assert.deepEqual(coming({ rounds, round: { id: "1" } }), ["2", "3", "4"]);
  assert.deepEqual(moved(["2", "3", "4"], "3", -1), ["3", "2", "4"]);
  assert.deepEqual(moved(["2", "3", "4"], "3", 1), ["2", "4", "3"]);
});

test("more time is there for an open question only, also while it is paused", () => {
  const open = (scene, paused, now) => mayExtend({ scene: { scene, round: { closes_ms: 1000 } }, paused }, now);
  assert.deepEqual([open("open", false, 999), open("open", false, 1000), open("open", true, 5000), open("closed", false, 1)], [true, false, true, false]);
});
