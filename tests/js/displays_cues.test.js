import assert from "node:assert/strict";
import { test } from "node:test";
import { cuesBetween, momentOf, pulseRate } from "../../static/js/displays/cues.js";

const packet = (scene, extra = {}) => ({ scene, round: { id: "r1", opens_ms: 1000, closes_ms: 21000, seconds: 20 }, reveal: null, podium: null, ...extra });
const at = (scene, now, extra) => momentOf(packet(scene, extra), now);
const told = (right, answered, more = {}) => ({ reveal: { right, answered, version: 1, changed: null, ...more } });
const podium = (step, ranks) => ({ podium: { step, rows: ranks.map((rank) => ({ rank })) } });

test("a page that was just loaded makes no sound", () => {
  assert.deepEqual(cuesBetween(null, at("reveal", 30000, told(5, 6))), []);
});

test("the opening sounds once, at the common instant", () => {
  assert.deepEqual(cuesBetween(at("reading", 0), at("open", 500)), []);
  assert.deepEqual(cuesBetween(at("open", 500), at("open", 1000)), ["open"]);
  assert.deepEqual(cuesBetween(at("open", 1000), at("open", 2000)), []);
});

test("only the last five seconds tick, each second once, and then the gate closes", () => {
  assert.deepEqual(cuesBetween(at("open", 15900), at("open", 16000)), ["tick"]);
  assert.deepEqual(cuesBetween(at("open", 16100), at("open", 16200)), []);
  assert.deepEqual(cuesBetween(at("open", 16900), at("open", 17001)), ["tick"]);
  assert.deepEqual(cuesBetween(at("open", 20999), at("open", 21000)), ["gate"]);
});

test("the gate is heard once: not again when the close arrives after the time was up", () => {
  assert.deepEqual(cuesBetween(at("open", 21000), at("closed", 21100)), []);
  assert.deepEqual(cuesBetween(at("open", 9000), at("closed", 9100)), ["gate"], "closed early by the desk");
});

test("the reveal goes up when many were right, down when few, and has a third tone for nobody", () => {
  const before = at("closed", 30000);
  assert.deepEqual(cuesBetween(before, at("reveal", 30000, told(30, 40))), ["up"]);
  assert.deepEqual(cuesBetween(before, at("reveal", 30000, told(3, 40))), ["down"]);
  assert.deepEqual(cuesBetween(before, at("reveal", 30000, told(0, 40))), ["nobody"]);
  const shown = at("reveal", 30000, told(30, 40));
  assert.deepEqual(cuesBetween(shown, shown), [], "told once");
  assert.deepEqual(cuesBetween(shown, at("reveal", 30000, told(3, 40, { version: 2, changed: { kind: "corrected", places: [1] } }))), ["down"], "a correction is told again");
  assert.deepEqual(cuesBetween(shown, at("reveal", 30000, told(30, 40, { version: 2 }))), [], "counted again for another question");
});

test("each gate of the podium has its own sound and the fanfare belongs to a winner", () => {
  assert.deepEqual(cuesBetween(at("podium", 0, podium(0, [])), at("podium", 0, podium(3, [3]))), ["third"]);
  assert.deepEqual(cuesBetween(at("podium", 0, podium(3, [3])), at("podium", 0, podium(2, [3, 2]))), ["second"]);
  assert.deepEqual(cuesBetween(at("podium", 0, podium(2, [3, 2])), at("podium", 0, podium(1, [3, 2, 1]))), ["fanfare"]);
  assert.deepEqual(cuesBetween(at("podium", 0, podium(2, [])), at("podium", 0, podium(1, []))), ["empty"]);
});

test("the lobby's pulse quickens with people and stays a pulse", () => {
  const rates = [0, 1, 12, 300, 5000, 1e9].map(pulseRate);
  assert.deepEqual([...rates].sort((a, b) => a - b), rates);
  assert.ok(rates[0] >= 40 && rates.at(-1) <= 120);
});

test("under the brand and in a pause nothing sounds; the opening does when the clock goes on", () => {
  const still = { pause: { left_ms: 9000, until_ms: 6500 } };
  assert.equal(at("open", 5000, { brand: true }).scene, "brand");
  assert.deepEqual([at("open", 5000, still).scene, at("open", 5000, still).left], ["paused", 2]);
  assert.deepEqual(cuesBetween(at("open", 15900, { brand: true }), at("open", 16000, { brand: true })), []);
  assert.deepEqual(cuesBetween(at("closed", 30000, { brand: true }), at("reveal", 30000, told(30, 40))), []);
  assert.deepEqual(cuesBetween(at("open", 4000), at("open", 5000, still)), []);
  assert.deepEqual(cuesBetween(at("open", 6400, still), at("open", 6500, still)), ["open"]);
  assert.deepEqual(cuesBetween(at("board", 6400, { pause: { left_ms: null, until_ms: null } }), at("board", 6500)), []);
});
