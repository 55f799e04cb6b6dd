/** The buzzer on a page: which order is the newest, whose turn it is, how long a foul locks. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { nextChange, model } from "../../static/js/fans/model.js";
import { buzzOf, markOf, saidIt, speaking } from "../../static/js/shared/buzz.js";
import { apply, empty } from "../../static/js/shared/state.js";

const row = (fan, right = null) => ({ fan, name: fan, rank: 1, elapsed_ms: 200, right });
const order = (speaks, ...rows) => ({ rows, speaks });
const ROUND = { id: "7", n: 1, of: 2, kind: "buzzer", opens_ms: 1000, closes_ms: 21_000, possible: 1000, rule: "flat", choices: [] };
const scene = (seq, name, buzz) => ({ seq, scene: name, run: { code: "A", joined: 2 }, round: ROUND, reveal: null, board: null, podium: null, final: null, buzz });
const tick = (seq, buzz) => ({ kind: "tick", data: { seq, joined: 2, connected: 2, answered: 1, buzz } });

test("a tick of this scene is newer than the scene, and one of the scene before is not", () => {
  const before = apply(apply(empty(), { kind: "scene", data: scene(4, "open", order(null)) }), tick(4, order("a", row("a"))));
  assert.equal(buzzOf(before)?.speaks, "a");
  const marked = apply(before, { kind: "scene", data: scene(5, "open", order("b", row("a", false), row("b"))) });
  assert.equal(buzzOf(marked)?.speaks, "b");
  const told = apply(marked, { kind: "scene", data: scene(6, "reveal", order(null, row("a", false), row("b", true))) });
  assert.equal(buzzOf(apply(told, tick(6, order("b", row("b")))))?.speaks, null);
  assert.equal(buzzOf({ scene: null, tick: null }), null);
});

test("whose turn it is, who said it, and who was not asked", () => {
  const buzz = order("c", row("a", false), row("b", true), row("c"));
  assert.equal(speaking(buzz)?.fan, "c");
  assert.equal(speaking(order(null, row("a"))), null);
  assert.equal(saidIt(buzz)?.fan, "b");
  assert.deepEqual(["a", "b", "c", "z"].map((fan) => markOf(buzz, fan)), [false, true, null, null]);
});

test("a press before the opening locks until a quarter of a second after it", () => {
  const local = { link: "online", removed: null, picked: [], value: null, pending: null, toy: null, epoch: 0 };
  const open = apply(empty(), { kind: "scene", data: scene(4, "open", order(null)) });
  const early = apply(open, { kind: "ack", data: { outcome: "early" }, answer: { round: "7" } });
  assert.equal(model(open, local, 1100, 0).playing, true);
  const view = model(early, local, 1249, 0);
  assert.deepEqual([view.playing, view.locked, nextChange(view)], [false, true, 1250]);
  assert.equal(model(early, local, 1250, 0).playing, true);
});
