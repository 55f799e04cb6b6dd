import assert from "node:assert/strict";
import { test } from "node:test";

import { ClockEstimate } from "../../static/js/shared/clock.js";

test("the sample with the shortest round trip decides", () => {
  const clock = new ClockEstimate();
  clock.add({ sent: 1000, received: 1400, server: 51_390 }); // slow: 190 ms off
  clock.add({ sent: 2000, received: 2040, server: 52_020 });
  clock.add({ sent: 3000, received: 3300, server: 53_020 });
  assert.equal(clock.offset, 50_000);
  assert.equal(clock.roundTrip, 40);
  assert.equal(clock.at(10_000), 60_000);
});

test("the error is at most half of the shortest round trip, however lopsided the network is", () => {
  for (const up of [0, 20, 50, 80, 100]) {
    const clock = new ClockEstimate();
    clock.add({ sent: 0, received: 100, server: 7000 + up });
    assert.ok(Math.abs(Number(clock.offset) - 7000) <= 50, `up ${up}`);
  }
});

test("samples of long ago do not hold the clock when it drifts", () => {
  const clock = new ClockEstimate(60_000);
  clock.add({ sent: 0, received: 10, server: 5005 });
  clock.add({ sent: 100_000, received: 100_200, server: 105_300 });
  assert.equal(clock.offset, 5200);
});

test("a hint serves until the first sample and never after", () => {
  const clock = new ClockEstimate();
  clock.hint(900, 100);
  assert.equal(clock.at(200), 1000);
  clock.add({ sent: 200, received: 220, server: 1110 });
  clock.hint(0, 300);
  assert.equal(clock.offset, 900);
});

test("after sleep the offset stays until a new sample comes", () => {
  const clock = new ClockEstimate();
  clock.add({ sent: 0, received: 10, server: 1005 });
  clock.forget();
  assert.equal(clock.offset, 1000);
  clock.add({ sent: 50, received: 350, server: 9200 });
  assert.equal(clock.offset, 9000);
});

test("nonsense is no sample", () => {
  const clock = new ClockEstimate();
  clock.add({ sent: 10, received: 5, server: 1 });
  clock.add({ sent: 10, received: 15, server: Number.NaN });
  assert.equal(clock.offset, null);
});
