import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { lightOf, PULSE_MS } from "../../static/js/fans/light.js";
import { model } from "../../static/js/fans/model.js";
import { fresh } from "../../static/js/fans/toy.js";
import { ClockEstimate } from "../../static/js/shared/clock.js";
import { apply, empty } from "../../static/js/shared/state.js";

const AT = 100_000;
/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`fixtures/scenes/${name}.json`, import.meta.url), "utf8"));

/** @param {string} name @param {number} now the server's clock @param {(scene: any) => void} [change] */
function due(name, now, change = (scene) => { if (scene.reveal) scene.reveal.light_ms = AT; }) {
  const sample = read(name);
  change(sample.scene);
  let state = apply(empty(), { kind: "snapshot", data: sample });
  if (sample.standing) state = apply(state, { kind: "standing", data: sample.standing });
  const local = { link: /** @type {const} */ ("online"), removed: null, picked: [], value: null, pending: null, toy: fresh(), epoch: 0 };
  return lightOf(model(state, local, now, 0));
}

test("phones whose clocks, ways and moments of arrival differ pulse at the same instant", () => {
  const instants = [[0, 40, -780], [12_345.6, 400, -310], [-99_000, 90, 250]].map(([ahead = 0, way = 0, arrives = 0]) => {
    const clock = new ClockEstimate();
    clock.add({ sent: 5000 + ahead, received: 5000 + way + ahead, server: 5000 + way / 2 });
    const own = AT + arrives + ahead; // what this phone's own clock reads when the packet is drawn
    const pulse = due("18-reveal-right", clock.at(own));
    assert.ok(pulse);
    return own + pulse.wait - ahead;
  });
  for (const each of instants) assert.ok(Math.abs(each - AT) < 0.001, String(each));
});

test("the opening pulses by the instant of the opening", () => {
  const { opens_ms: opens } = read("06-open-four").scene.round;
  assert.deepEqual([due("06-open-four", opens)?.wait, due("06-open-four", opens + 100)?.wait], [0, -100]);
  assert.equal(due("05-opening-soon", opens - 1), null);
});

test("who comes after the pulse is not flashed at alone", () => {
  assert.ok(due("18-reveal-right", AT + PULSE_MS - 1));
  assert.equal(due("18-reveal-right", AT + PULSE_MS), null);
  const { opens_ms: opens } = read("06-open-four").scene.round;
  assert.equal(due("06-open-four", opens + 4000), null);
});

test("without an instant there is no light: no phone makes up its own", () => {
  assert.equal(due("18-reveal-right", AT, () => undefined), null);
});

test("a phone shines as its fan answered, and in gold where this one alone was right", () => {
  const tone = (/** @type {string} */ name, right = 9) => due(name, AT, (scene) => Object.assign(scene.reveal, { light_ms: AT, right }))?.tone;
  assert.deepEqual([tone("18-reveal-right"), tone("19-reveal-wrong"), tone("20-reveal-silent"), tone("18-reveal-right", 1)], ["right", "dim", "dim", "gold"]);
});

test("a correction does not pulse again: the instant is the reveal's", () => {
  const key = (version = 1) => due("18-reveal-right", AT, (scene) => Object.assign(scene.reveal, { light_ms: AT, version }))?.key;
  assert.equal(key(1), key(2));
});
