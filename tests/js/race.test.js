import assert from "node:assert/strict";
import { test } from "node:test";
import { dotsOf, whenOf } from "../../static/js/shared/race.js";

test("a dot stands in the middle of its time and nothing stands where nobody answered", () => {
  const [first, second] = dotsOf({ until_ms: 4000, lanes: [[0, 5, 0, 1], [0, 0, 0, 0]] });
  assert.deepEqual(first.map(({ at }) => at), [37.5, 87.5]);
  assert.deepEqual(second, []);
});

test("the area of a dot grows with its answers, and one answer in a small hall is no full lane", () => {
  const [[one]] = dotsOf({ until_ms: 1000, lanes: [[1]] });
  const [[few, most]] = dotsOf({ until_ms: 1000, lanes: [[1, 900]] });
  assert.ok(few.size < one.size && one.size < most.size && most.size < 0.5);
});

test("the own time stands where it was, and never outside the strip", () => {
  assert.deepEqual([-5, 0, 1500, 99_000].map((elapsed) => whenOf(elapsed, { until_ms: 6000, lanes: [] })), [0, 0, 25, 100]);
});
