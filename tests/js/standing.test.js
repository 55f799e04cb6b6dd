import assert from "node:assert/strict";
import { test } from "node:test";

import { aheadOf, aheadPercent, bestRank, placed, standingDelay } from "../../static/js/shared/standing.js";

/** @type {[number, number][]} */
const histogram = [[0, 4], [100, 9], [500, 6], [900, 1]];

test("who has nothing has no place: nobody is the first of a hall at zero", () => {
  assert.equal(placed(0, 1), "–");
  assert.equal(placed(1, 1), 1);
});

test("ahead of those in buckets strictly below the own one", () => {
  assert.equal(aheadOf(histogram, 20, 500), 13 / 19);
  assert.equal(aheadOf(histogram, 20, 899), 13 / 19);
  assert.equal(aheadOf(histogram, 20, 0), 0);
});

test("the best is ahead of all others, the only one of nobody", () => {
  assert.equal(aheadPercent(histogram, 20, 900), 100);
  assert.equal(aheadPercent([[300, 1]], 1, 300), null);
});

test("percent is rounded down, so that 100 means everybody", () => {
  assert.equal(aheadPercent([[0, 998], [10, 1], [20, 1]], 1000, 10), 99);
});

test("everybody equal: nobody is ahead of anybody and all may be first", () => {
  assert.equal(aheadPercent([[0, 50]], 50, 0), 0);
  assert.equal(bestRank([[0, 50]], 0), 1);
});

test("the best rank counts those above", () => {
  assert.equal(bestRank(histogram, 100), 8);
  assert.equal(bestRank(histogram, 950), 1);
});

test("a small hall asks at once, a larger one over a longer time, and nobody waits for ever", () => {
  assert.equal(standingDelay(10, 1), 4);
  assert.equal(standingDelay(2000, 1), 800);
  assert.equal(standingDelay(9000, 1), 3600);
  assert.equal(standingDelay(1_000_000, 1), 12_000);
  assert.equal(standingDelay(100_000, 0), 0);
});
