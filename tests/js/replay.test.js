import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf, Player } from "../../static/js/displays/replay.js";

const scene = (seq, name, round = null) => ({ seq, scene: name, run: { code: "A", joined: 0 }, round, reveal: null, board: null });
const tick = (seq, joined, answered = 0) => ({ seq, joined, connected: joined, answered, names: [] });
const RECORD = {
  code: "A",
  length_ms: 60_000,
  marks: [{ ms: 0, scene: "lobby", n: null, warm_up: false }, { ms: 10_000, scene: "question", n: 1, warm_up: false }, { ms: 40_000, scene: "final", n: null, warm_up: false }],
  packets: [
    [0, "scene", scene(1, "lobby")], [500, "tick", tick(1, 3)], [10_000, "scene", scene(2, "open", { id: "7" })],
    [12_000, "tick", tick(2, 3, 2)], [40_000, "scene", scene(3, "final")],
  ],
};

/** A player, and what it has shown. */
function started() {
  const shown = [];
  const player = new Player(RECORD, (state, jumped) => shown.push([state.scene.scene, state.tick?.answered ?? 0, jumped]));
  return { player, shown };
}

test("at its beginning a replay shows the lobby and stands still", () => {
  const { player, shown } = started();
  player.turn(5000);
  assert.deepEqual([player.ms, shown], [0, [["lobby", 0, true]]]);
});

test("packets come in time, at 1× and at 20×", () => {
  const { player, shown } = started();
  player.toggle();
  player.turn(9_999);
  assert.equal(shown.at(-1)[0], "lobby");
  player.turn(1);
  assert.deepEqual(shown.at(-1), ["open", 0, false]);
  player.speed = 20;
  player.turn(100);
  assert.deepEqual([player.ms, shown.at(-1)], [12_000, ["open", 2, false]]);
});

test("a jump shows one state, also backwards", () => {
  const { player, shown } = started();
  player.jump(12_500);
  assert.deepEqual(shown.slice(1), [["open", 2, true]]);
  player.jump(600);
  assert.deepEqual(shown.at(-1), ["lobby", 0, true]);
  assert.equal(player.state.tick.joined, 3);
});

test("steps go from mark to mark, and back to the one before", () => {
  const { player } = started();
  player.step(1);
  assert.equal(player.here(), 1);
  player.step(1);
  assert.equal(player.ms, 40_000);
  player.step(1);
  assert.equal(player.ms, 40_000);
  player.step(-1);
  assert.equal(player.ms, 10_000);
  player.step(-1);
  player.step(-1);
  assert.equal(player.ms, 0);
});

test("it stops at its end and begins again from there", () => {
  const { player, shown } = started();
  player.toggle();
  player.turn(100_000);
  assert.deepEqual([player.playing, player.ms], [false, 60_000]);
  player.toggle();
  assert.deepEqual([player.playing, player.ms, shown.at(-1)[0]], [true, 0, "lobby"]);
});

test("the clock says minutes and seconds", () => {
  assert.equal(clockOf(247_900), "4:07");
});
