import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bars, closedFraction, crowdOf, emsOf, gates, journeys, phaseOf, positionOf, seat, secondsLeft, sizeOf, spanOf,
} from "../../static/js/displays/figures.js";

const row = (fan, rank, before, extra = {}) => ({ fan, name: fan, rank, before, score: 0, ...extra });

test("the gate stands open at the opening, half closed at half time, shut at the close and not beyond", () => {
  assert.equal(closedFraction(1000, 21000, 500), 0);
  assert.equal(closedFraction(1000, 21000, 11000), 0.5);
  assert.equal(closedFraction(1000, 21000, 99000), 1);
  assert.equal(closedFraction(null, null, 99000), 0);
});

test("seconds are shown as people count them and never exceed the round's time", () => {
  assert.equal(secondsLeft(21000, 1000, 20), 20);
  assert.equal(secondsLeft(21000, 1001, 20), 20);
  assert.equal(secondsLeft(21000, 20999, 20), 1);
  assert.equal(secondsLeft(21000, 21000, 20), 0);
  assert.equal(secondsLeft(21000, -1500, 20), 20, "a lead before the opening is not counted");
  assert.equal(secondsLeft(null, 5, 20), 20);
});

test("a round passes through lead, open, last five seconds and over", () => {
  assert.deepEqual([0, 1000, 15999, 16000, 20999, 21000].map((now) => phaseOf(1000, 21000, now)), ["lead", "open", "open", "last", "last", "over"]);
  assert.equal(phaseOf(null, null, 10), "lead");
});

test("bars are long by the highest count and shared out by those who answered", () => {
  assert.deepEqual(bars([10, 40, 0], 50).map((bar) => [bar.length, bar.share]), [[0.25, 0.2], [1, 0.8], [0, 0]]);
  assert.deepEqual(bars([0, 0], 0).map((bar) => [bar.length, bar.share]), [[0, 0], [0, 0]], "silence divides by nothing");
});

test("a value stands on its strip and never beside it", () => {
  assert.equal(positionOf(150, 100, 300), 0.25);
  assert.equal(positionOf(999, 100, 300), 1);
  assert.equal(positionOf(5, 7, 7), 0.5);
});

test("rows travel from where they stood, newcomers from below the edge", () => {
  const moves = journeys([row("a", 1, 3), row("b", 2, 1), row("c", 3, null), row("d", 4, 37)]);
  assert.deepEqual(moves.map(({ from, to, moved }) => [from, to, moved]), [[2, 0, 2], [0, 1, -1], [10, 2, null], [10, 3, 33]]);
});

test("fans tied before stood one below the other, so no two rows start in one place", () => {
  const moves = journeys([row("a", 1, 2), row("b", 2, 2), row("c", 2, 1), row("d", 4, 2)]);
  assert.deepEqual(moves.map(({ from }) => from), [1, 2, 0, 3]);
  assert.equal(new Set(moves.map(({ from }) => from)).size, 4);
});

test("the podium opens gate by gate and a tie shares one", () => {
  const rows = [row("c", 3), row("a", 1), row("b", 1)];
  const shown = (step) => gates({ step, rows }).map((gate) => `${gate.rank}${gate.open ? "open" : "shut"}${gate.rows.length}`);
  assert.deepEqual(shown(0), ["3shut1", "2shut0", "1shut2"]);
  assert.deepEqual(shown(3), ["3open1", "2shut0", "1shut2"]);
  assert.deepEqual(shown(2), ["3open1", "2open0", "1shut2"]);
  assert.deepEqual(shown(1), ["3open1", "2open0", "1open2"]);
});

test("a time stands under a score only where it decided the place", () => {
  const timed = (...scores) => gates({ step: 1, rows: scores.map((score, at) => row(String(at), at + 1, null, { score, elapsed_ms: 1000 })) }).map((gate) => gate.timed);
  assert.deepEqual(timed(900, 500, 100), [false, false, false]);
  assert.deepEqual(timed(900, 900, 100), [false, true, true]);
  const shared = gates({ step: 1, rows: [row("a", 1, null, { score: 5 }), row("b", 1, null, { score: 5 })] });
  assert.deepEqual(shared.map((gate) => gate.timed), [false, false, false], "who shares a place shares the time too");
});

test("a place that a tie above holds is told apart from one nobody reached", () => {
  const tied = (...ranks) => gates({ step: 1, rows: ranks.map((rank, index) => row(String(index), rank)) }).map((gate) => gate.tied);
  assert.deepEqual(tied(1, 1, 3), [false, true, false]);
  assert.deepEqual(tied(1, 1, 1), [true, true, false]);
  assert.deepEqual(tied(1, 2, 2), [true, false, false]);
  assert.deepEqual(tied(1), [false, false, false]);
});

test("short sentences stand bigger than long ones, in both scripts", () => {
  assert.equal(emsOf("小米"), 2);
  assert.ok(emsOf("Xiaomi") < 4);
  assert.deepEqual(["哪款最重？", "下面这几款手机里哪一款是最先发布的一款？", "长".repeat(50), "长".repeat(120)].map(sizeOf), ["xl", "l", "m", "s"]);
});

test("names in the lobby keep their place; a newcomer takes that of whoever stood longest", () => {
  let places = seat([], ["b", "a"], 3, 1);
  assert.deepEqual(places.map((each) => each.name), ["a", "b"]);
  places = seat(places, ["c", "b", "a"], 3, 2);
  places = seat(places, ["d", "c", "b", "a"], 3, 3);
  assert.deepEqual(places.map((each) => each.name), ["d", "b", "c"], "b and c have not moved");
  assert.deepEqual(seat(places, ["d", "c"], 3, 4), places, "nothing moves when nobody is new");
});

test("one fan stands big, a hall stands small", () => {
  assert.deepEqual([0, 1, 12, 13, 5000].map((joined) => crowdOf(joined).size), ["one", "one", "few", "many", "many"]);
});

test("a countdown runs through days and ends at zero", () => {
  assert.deepEqual(spanOf(2 * 86400000 + 3661000), { days: 2, clock: "01:01:01" });
  assert.deepEqual(spanOf(-5), { days: 0, clock: "00:00:00" });
});
