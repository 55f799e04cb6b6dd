import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, empty } from "../../static/js/shared/state.js";

const run = { code: "K7M2QD" };
/** @param {number} seq @param {object} [more] */
const scene = (seq, more = {}) => /** @type {any} */ ({ seq, scene: "open", run, round: { id: "r1" }, reveal: null, ...more });
const you = /** @type {any} */ ({ fan: "f", name: "小明", seed: 1, score: 0, out: false, lives: null, streak: 0, answered: null });
const answer = { round: "r1", places: [2] };
/** @param {any[]} packets */
const after = (...packets) => packets.reduce((state, packet) => apply(state, packet), empty());
const playing = after({ kind: "snapshot", data: { scene: scene(5), you, now_ms: 1 } });

test("the scene with the highest seq wins, in whatever order they arrive", () => {
  const one = after({ kind: "scene", data: scene(5) }, { kind: "scene", data: scene(7) }, { kind: "scene", data: scene(6) });
  assert.equal(one.scene?.seq, 7);
});

test("an older scene changes nothing at all", () => {
  assert.equal(apply(playing, { kind: "scene", data: scene(4) }), playing);
});

test("an older snapshot still tells who we are, but not what is shown", () => {
  const next = apply(playing, { kind: "snapshot", data: { scene: scene(3), you: { ...you, score: 9 }, now_ms: 1 } });
  assert.equal(next.scene?.seq, 5);
  assert.equal(next.you?.score, 9);
});

test("the snapshot of another run is taken whatever its seq", () => {
  const next = apply(playing, { kind: "snapshot", data: { scene: scene(1, { run: { code: "NEWRUN" } }), now_ms: 1 } });
  assert.equal(next.scene?.run.code, "NEWRUN");
});

test("a tick ahead of our scene says that we missed one, the scene puts it right", () => {
  const tick = { seq: 6, joined: 3, connected: 3, answered: 1 };
  const behind = apply(playing, { kind: "tick", data: tick });
  assert.equal(behind.behind, true);
  assert.equal(apply(behind, { kind: "scene", data: scene(6) }).behind, false);
});

test("a tick of an older scene is ignored", () => {
  assert.equal(apply(playing, { kind: "tick", data: { seq: 4, joined: 1, connected: 1, answered: 1 } }), playing);
});

test("a new round begins with nobody having answered and no result", () => {
  const told = after(
    { kind: "snapshot", data: { scene: scene(5), you, now_ms: 1 } },
    { kind: "tick", data: { seq: 5, joined: 9, connected: 9, answered: 8 } },
    { kind: "ack", data: { outcome: "recorded" }, answer },
    { kind: "scene", data: scene(6, { round: { id: "r2" } }) },
  );
  assert.deepEqual([told.tick?.answered, told.tick?.joined, told.ack, told.standing], [0, 9, null, null]);
});

test("an acknowledged answer is ours with its receipt", () => {
  const told = apply(playing, { kind: "ack", data: { outcome: "recorded", elapsed_ms: 796, receipt: "Q7F2-9KXM" }, answer });
  assert.deepEqual(told.you?.answered, { round: "r1", places: [2], value: null, elapsed_ms: 796, receipt: "Q7F2-9KXM" });
});

test("a duplicate does not rewrite what the server told us it holds", () => {
  const held = { round: "r1", places: [0], value: null, elapsed_ms: 500, receipt: "AAAA-BBBB" };
  const known = apply(playing, { kind: "you", data: { ...you, answered: held } });
  const told = apply(known, { kind: "ack", data: { outcome: "duplicate", receipt: "AAAA-BBBB" }, answer });
  assert.deepEqual(told.you?.answered, held);
});

test("an answer that came too late is not ours, and the page knows", () => {
  const told = apply(playing, { kind: "ack", data: { outcome: "too_late" }, answer });
  assert.equal(told.you?.answered, null);
  assert.equal(told.ack?.outcome, "too_late");
});

test("an acknowledgement of another round changes nothing", () => {
  assert.equal(apply(playing, { kind: "ack", data: { outcome: "recorded" }, answer: { round: "r0", places: [1] } }), playing);
});

test("a standing of an older version is ignored, the right one updates the score", () => {
  const shown = apply(playing, { kind: "scene", data: scene(8, { scene: "reveal", reveal: { version: 2 } }) });
  const standing = /** @type {any} */ ({ round: "r1", version: 1, score: 500, out: false, lives: null, streak: 1 });
  assert.equal(apply(shown, { kind: "standing", data: standing }), shown);
  const told = apply(shown, { kind: "standing", data: { ...standing, version: 2 } });
  assert.equal(told.you?.score, 500);
  const corrected = apply(told, { kind: "scene", data: scene(9, { scene: "reveal", reveal: { version: 3 } }) });
  assert.equal(corrected.standing, null);
});

/** @param {number} low @param {"corrected" | null} [changed] @param {number} [version] of the settlement it stands after */
const board = (low, changed = null, version = 1) =>
  ({ after: { round: "r1", version }, of: 9, top: [], histogram: [[0, 4], [low, 5]], survivors: null, fallen: null, changed });

test("a count that is newer than the own score is known as such until the own score comes", () => {
  const reveal = apply(playing, { kind: "scene", data: scene(6, { scene: "reveal", reveal: { version: 1 }, board: board(500) }) });
  assert.equal(reveal.stale, true);
  const standing = /** @type {any} */ ({ round: "r1", version: 1, score: 500, rank: 1 });
  const told = apply(reveal, { kind: "standing", data: standing });
  assert.deepEqual([told.stale, told.you?.score], [false, 500]);
  const podium = apply(told, { kind: "scene", data: scene(7, { scene: "podium", board: board(500) }) });
  assert.deepEqual([podium.stale, podium.standing?.rank], [false, 1]);
});

test("a correction on the podium takes the old result away, the snapshot brings the new one", () => {
  const podium = scene(7, { scene: "podium", round: null, board: board(500) });
  const shown = apply(playing, { kind: "snapshot", data: { scene: podium, you: { ...you, score: 500 }, now_ms: 1 } });
  assert.equal(shown.stale, false);
  const corrected = scene(8, { scene: "podium", round: null, board: board(300, "corrected", 2) });
  const counted = apply(shown, { kind: "scene", data: corrected });
  assert.deepEqual([counted.stale, counted.standing], [true, null]);
  const old = apply(counted, { kind: "snapshot", data: { scene: podium, you: { ...you, score: 500 }, now_ms: 2 } });
  assert.equal(old.stale, true);
  const fresh = apply(counted, { kind: "snapshot", data: { scene: corrected, you: { ...you, score: 300 }, now_ms: 3 } });
  assert.deepEqual([fresh.stale, fresh.you?.score], [false, 300]);
});

test("somebody without points who joins between two scenes makes no new count", () => {
  const first = apply(playing, { kind: "snapshot", data: { scene: scene(6, { scene: "board", board: board(500) }), you, now_ms: 1 } });
  const later = { ...board(500), of: 10, histogram: [[0, 5], [500, 5]] };
  assert.equal(apply(first, { kind: "scene", data: scene(7, { scene: "podium", board: later }) }).stale, false);
});

test("a correction that swaps two fans is a new count, on the podium and after the end, though all else is as it was; awards are none", () => {
  /** @param {number} seq @param {number} counted @param {boolean} awards */
  const end = (seq, counted, awards) =>
    scene(seq, { scene: "final", round: null, board: board(500, "corrected", counted), final: { awards, version: 1, rate: 1 } });
  /** @param {number} seq @param {number} counted */
  const podium = (seq, counted) => scene(seq, { scene: "podium", round: null, board: board(500, "corrected", counted) });
  const told = /** @type {any} */ ({ round: "r1", version: 2, score: 500, rank: 1 });
  const shown = after({ kind: "snapshot", data: { scene: podium(7, 2), you, now_ms: 1 } }, { kind: "standing", data: told });
  assert.equal(apply(shown, { kind: "scene", data: podium(8, 2) }).stale, false, "a step of the podium");
  const swapped = apply(shown, { kind: "scene", data: podium(8, 3) });
  assert.deepEqual([swapped.stale, swapped.standing], [true, null]);
  assert.equal(apply(swapped, { kind: "standing", data: told }), swapped, "the standing before the swap comes late");
  const fresh = apply(swapped, { kind: "standing", data: { ...told, version: 3, rank: 2 } });
  assert.deepEqual([fresh.stale, fresh.standing?.rank], [false, 2]);
  const over = apply(apply(fresh, { kind: "scene", data: end(9, 3, false) }), { kind: "scene", data: end(10, 3, true) });
  assert.equal(over.stale, false);
  assert.equal(apply(over, { kind: "scene", data: end(11, 4, false) }).stale, true);
});

test("what a fan has right for fun is told with its standing and counted on from there", () => {
  const fallen = { score: 2, rank: 3 };
  const standing = /** @type {any} */ ({ round: "r1", version: 1, judged: true, score: 0, out: true, lives: 0, streak: 2, fallen });
  const told = apply(playing, { kind: "standing", data: standing });
  assert.deepEqual([told.you?.fallen, told.base?.fun], [fallen, 2]);
});

test("a page counts on from its last standing, after a reload from what its snapshot stands on", () => {
  /** @param {any} own @param {object} [more] */
  const at = (own, more = {}) => apply(empty(), { kind: "snapshot", data: { scene: scene(5, more), you: { ...you, ...own }, now_ms: 1 } }).base;
  const beginning = { stands: { round: null, version: 0 }, score: 0, streak: 0, lives: null };
  assert.deepEqual(at(beginning, { run: { ...run, lives: 1 } }), { round: null, version: 0, score: 0, streak: 0, out: false, lives: 1, fun: 0 });
  assert.equal(at({ stands: null }), null, "not judged with the others");
  const later = { stands: { round: "r0", version: 2 }, score: 700, streak: 3, out: true, lives: 0, fallen: { score: 2, rank: null } };
  assert.deepEqual(at(later), { round: "r0", version: 2, score: 700, streak: 3, out: true, lives: 0, fun: 2 });
  const standing = /** @type {any} */ ({ round: "r1", version: 1, judged: true, score: 500, out: false, lives: null, streak: 1 });
  const told = apply(playing, { kind: "standing", data: standing });
  assert.deepEqual(told.base, { round: "r1", version: 1, score: 500, out: false, lives: 0, streak: 1, fun: 0 });
  assert.equal(apply(told, { kind: "standing", data: { ...standing, judged: false } }).base, null);
});

test("a reconnect at the reveal takes away nothing that explains the result being told", () => {
  const stands = { round: "r1", version: 1 };
  const standing = /** @type {any} */ ({ ...stands, judged: true, score: 500, out: false, lives: null, streak: 1 });
  const told = apply(playing, { kind: "standing", data: standing });
  const reveal = /** @type {any} */ ({ version: 1, after: stands });
  const second = scene(9, { scene: "reveal", round: { id: "r2", n: 2 }, reveal });
  const own = { ...you, score: 900, stands: { round: "r2", version: 1 } };
  const again = apply(told, { kind: "snapshot", data: { scene: second, you: own, now_ms: 1 } });
  assert.equal(again.base, told.base);
  const board = scene(10, { scene: "reading", round: { id: "r3", n: 3 } });
  assert.equal(apply(again, { kind: "snapshot", data: { scene: board, you: own, now_ms: 2 } }).base?.round, "r2");
});

test("a duplicate whose content we do not know for sure is marked until a snapshot tells", () => {
  const ack = /** @type {any} */ ({ outcome: "duplicate", elapsed_ms: 500, receipt: "AAAA-BBBB" });
  const told = apply(playing, { kind: "ack", data: ack, answer });
  assert.equal(told.you?.answered?.unsure, true);
  const held = { round: "r1", places: [0], value: null, elapsed_ms: 500, receipt: "AAAA-BBBB" };
  const sure = apply(told, { kind: "snapshot", data: { scene: scene(5), you: { ...you, answered: held }, now_ms: 2 } });
  assert.equal(sure.you?.answered?.unsure, undefined);
});
