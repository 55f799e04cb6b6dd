import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../../static/js/shared/outbox.js";

/** A wire whose time and server are turned by hand. @param {Map<string, string>} [kept] */
function bench(kept = new Map()) {
  /** @type {any} */
  const b = { sent: [], acks: [], timers: [], settled: [], online: true };
  const wire = {
    emit: (/** @type {any} */ answer, /** @type {any} */ done) => (b.sent.push(structuredClone(answer)), b.acks.push(done)),
    connected: () => b.online,
    settled: (/** @type {any} */ ack, /** @type {any} */ answer) => b.settled.push([ack.outcome ?? ack.error, answer]),
    later: (/** @type {any} */ run, /** @type {number} */ ms) => (b.timers.push({ run, ms }), b.timers.length - 1),
    cancel: (/** @type {any} */ at) => at !== null && b.timers[at] && (b.timers[at].gone = true),
  };
  const store = {
    get: (/** @type {string} */ key) => kept.get(key) ?? null,
    set: (/** @type {string} */ key, /** @type {string | null} */ value) => void (value === null ? kept.delete(key) : kept.set(key, value)),
  };
  b.outbox = new Outbox(wire, store, "a");
  b.fire = () => b.timers.at(-1).run();
  b.kept = kept;
  return b;
}
const answer = { round: "r1", places: [2], tap_ms: 812 };

test("an answer is repeated with the same content after 1, 2, 4, 4 seconds until acknowledged", () => {
  const b = bench();
  b.outbox.submit(answer);
  for (let i = 0; i < 4; i++) b.fire();
  assert.deepEqual(b.timers.map((/** @type {any} */ timer) => timer.ms), [1000, 2000, 4000, 4000, 4000]);
  assert.deepEqual(b.sent, [answer, answer, answer, answer, answer]);
  b.acks[0]({ outcome: "recorded" });
  assert.deepEqual(b.settled, [["recorded", answer]]);
  assert.equal(b.timers.at(-1).gone, true);
});

test("a second acknowledgement of a repeat is not told twice", () => {
  const b = bench();
  b.outbox.submit(answer);
  b.fire();
  b.acks[1]({ outcome: "recorded" });
  b.acks[0]({ outcome: "duplicate" });
  assert.equal(b.settled.length, 1);
});

test("a second answer is not taken while one is on its way", () => {
  const b = bench();
  assert.equal(b.outbox.submit(answer), true);
  assert.equal(b.outbox.submit({ round: "r1", places: [0] }), false);
  assert.deepEqual(b.sent, [answer]);
});

test("busy and an internal error are not the end, the store keeps the answer", () => {
  const b = bench();
  b.outbox.submit(answer);
  b.acks[0]({ outcome: "busy" });
  b.fire();
  b.acks[1]({ error: "internal", message: "…" });
  assert.equal(b.settled.length, 0);
  assert.deepEqual(JSON.parse(b.kept.get("a")), answer);
  b.fire();
  b.acks[2]({ outcome: "recorded" });
  assert.equal(b.kept.has("a"), false);
});

test("offline nothing is sent, back online it goes at once", () => {
  const b = bench();
  b.online = false;
  b.outbox.submit(answer);
  assert.equal(b.sent.length, 0);
  b.online = true;
  b.outbox.send();
  assert.deepEqual(b.sent, [answer]);
});

test("a reloaded page finds its answer and sends it again", () => {
  const before = bench();
  before.outbox.submit(answer);
  const after = bench(before.kept);
  after.outbox.send();
  assert.deepEqual(after.sent, [answer]);
});

test("a few milliseconds early is tried again at once, not for ever", () => {
  const b = bench();
  b.outbox.submit(answer);
  for (let i = 0; i < 3; i++) {
    b.acks.at(-1)({ outcome: "not_open" });
    assert.ok(b.timers.at(-1).ms < 500);
    b.fire();
  }
  b.acks.at(-1)({ outcome: "not_open" });
  assert.deepEqual(b.settled.map((/** @type {any} */ each) => each[0]), ["not_open"]);
});

test("a damaged store is an empty one", () => {
  assert.equal(bench(new Map([["a", "{"]])).outbox.pending, null);
  assert.equal(bench(new Map([["a", "[1]"]])).outbox.pending, null);
});
