import assert from "node:assert/strict";
import { test } from "node:test";
import { cuesBetween, heardBetween, momentOf, pulseOf, pulseRate } from "../../static/js/displays/cues.js";

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

test("the reveal goes up when most were right, down when few, and each rare outcome has a sound of its own", () => {
  const before = at("closed", 30000);
  const sound = (right, answered, more = {}, board = null) => cuesBetween(before, at("reveal", 30000, { ...told(right, answered, { silent: 0, ...more }), board }));
  assert.deepEqual(sound(30, 40), ["up"]);
  assert.deepEqual(sound(3, 40), ["down"]);
  const rare = [
    sound(0, 40), sound(0, 0, { silent: 9 }), sound(1, 40), sound(40, 40), sound(0, 1), sound(0, 9, {}, { survivors: 0 }), sound(3, 9, {}, { survivors: 1 }),
  ];
  assert.deepEqual(rare.flat(), ["nobody", "silence", "one", "everybody", "dared", "out", "last"]);
  assert.deepEqual(sound(1, 1), ["one"], "alone in the run, and right");
  const shown = at("reveal", 30000, told(30, 40));
  assert.deepEqual(cuesBetween(shown, shown), [], "told once");
  assert.deepEqual(cuesBetween(shown, at("reveal", 30000, told(3, 40, { version: 2, changed: { kind: "corrected", places: [1] } }))), ["corrected"]);
  assert.deepEqual(cuesBetween(shown, at("reveal", 30000, told(30, 40, { version: 2, changed: { kind: "voided", places: [] } }))), ["voided"]);
  assert.deepEqual(cuesBetween(shown, at("reveal", 30000, told(30, 40, { version: 2 }))), [], "counted again for another question");
});

test("each gate of the podium has its own sound and the fanfare belongs to a winner", () => {
  const steps = (...pairs) => pairs.map(([step, ranks]) => at("podium", 0, podium(step, ranks)));
  const [shut, third, second, winner] = steps([0, []], [3, [3]], [2, [3, 2]], [1, [3, 2, 1]]);
  assert.deepEqual(cuesBetween(at("board", 0), shut), ["roll"]);
  assert.deepEqual([[shut, third], [third, second], [second, winner]].flatMap(([from, to]) => cuesBetween(from, to)), ["third", "second", "fanfare"]);
  for (const [ranks, cue] of [[[], "empty"], [[1], "alone"], [[1, 1], "tie"]]) assert.deepEqual(cuesBetween(second, at("podium", 0, podium(1, ranks))), [cue]);
  assert.deepEqual(cuesBetween(winner, winner), []);
  assert.deepEqual(cuesBetween(winner, at("final", 0)), ["thanks"]);
});

test("a sentence to read and a board on its way are heard once", () => {
  assert.deepEqual(cuesBetween(at("lobby", 0), at("reading", 0)), ["read"]);
  assert.deepEqual(cuesBetween(at("reading", 0), at("reading", 900)), []);
  assert.deepEqual(cuesBetween(at("reveal", 0, told(1, 2)), at("board", 0, told(1, 2))), ["board"]);
  assert.deepEqual(cuesBetween(at("board", 0), at("board", 0, { board: { survivors: 3 } })), []);
});

test("whoever comes into the lobby is the next note, of a crowd the last four; not after a reload, nor from another run", () => {
  const lobby = (joined, more = {}) => pulseOf({ scene: { scene: "lobby", run: { code: "A", joined: 0 }, ...more }, tick: { joined } });
  assert.deepEqual(heardBetween(lobby(4), lobby(6)).joins, [5, 6]);
  assert.deepEqual(heardBetween(lobby(4), lobby(900)).joins, [897, 898, 899, 900]);
  assert.deepEqual(heardBetween(lobby(6), lobby(6)).joins, []);
  assert.deepEqual(heardBetween(lobby(6), lobby(5)).joins, [], "somebody was sent away");
  assert.deepEqual(heardBetween(null, lobby(6)).joins, []);
  assert.deepEqual(heardBetween(lobby(6), lobby(9, { run: { code: "B", joined: 9 } })).joins, []);
  assert.equal(lobby(6, { brand: true }), null);
});

test("whoever comes through a gate of a quiz is heard on its wall, each pass once", () => {
  const road = (...ids) => pulseOf({ scene: { scene: "road", levels: [], run: { code: "A", joined: 9 } }, tick: { passes: ids.map((id) => ({ id })) } });
  assert.equal(heardBetween(road("a"), road("b", "a")).pass, true);
  assert.equal(heardBetween(road("b", "a"), road("b", "a")).pass, false);
  assert.equal(heardBetween(road("a"), road()).pass, false);
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
