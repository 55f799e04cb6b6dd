import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fnv1a32, mulberry32, shuffle } from "../../static/js/shared/shuffle.js";

const vectors = JSON.parse(readFileSync(new URL("fixtures/shuffle.json", import.meta.url), "utf8"));

test("the hash of a text is the one the server computes", () => {
  for (const [text, hash] of vectors.fnv1a32) assert.equal(fnv1a32(text), hash, text);
});

test("the numbers of a seed are the ones the server computes", () => {
  for (const [seed, numbers] of vectors.mulberry32) {
    const next = mulberry32(seed);
    assert.deepEqual(numbers.map(() => next()), numbers);
  }
});

test("the order of the choices is the one the server computes", () => {
  assert.ok(vectors.shuffle.length >= 30);
  for (const { count, seed, round, order } of vectors.shuffle) assert.deepEqual(shuffle(count, seed, round), order);
});
