/**
 * What a page knows, and the one way it changes: `apply(state, packet)`, pure.
 *
 * The scene with the highest seq wins; an older one is ignored, so order of arrival and repeats do not matter. A tick
 * that is ahead of our scene says that we missed one: `behind`, and the page asks for `refresh`.
 *
 * @typedef {import("./contract").Scene} Scene
 * @typedef {import("./contract").Tick} Tick
 * @typedef {import("./contract").You} You
 * @typedef {import("./contract").Snapshot} Snapshot
 * @typedef {import("./contract").AnswerAck} AnswerAck
 * @typedef {import("./contract").Answer} Answer
 * @typedef {import("./contract").Standing} Standing
 * @typedef {import("./contract").Awards} Awards
 *
 * @typedef {object} State
 * @property {Scene | null} scene
 * @property {Tick | null} tick
 * @property {You | null} you
 * @property {(AnswerAck & {round: string}) | null} ack   of the newest answer
 * @property {Standing | null} standing   own result of the round and version shown, else null
 * @property {Awards | null} awards
 * @property {string} counted     which count of the scores the newest board shows, "" before the first
 * @property {boolean} stale      the own score is of an older count than that board: never compare the two
 * @property {import("./gain.js").Base | null} base   own totals of the newest settlement we were told our standing of
 * @property {boolean} behind
 * @property {string | null} joinUrl      displays only
 * @property {string | null} qr           displays only
 *
 * @typedef {{kind: "snapshot", data: Snapshot} | {kind: "scene", data: Scene} | {kind: "tick", data: Tick}
 *   | {kind: "you", data: You} | {kind: "ack", data: AnswerAck, answer: Answer}
 *   | {kind: "standing", data: Standing} | {kind: "awards", data: Awards}} Packet
 */
import { follows } from "./gain.js";

/** @returns {State} */
export function empty() {
  return {
    scene: null, tick: null, you: null, ack: null, standing: null, awards: null, counted: "", stale: false, base: null, behind: false, joinUrl: null, qr: null,
  };
}

/** @param {State} state @param {Packet} packet @returns {State} the same object if nothing changed */
export function apply(state, packet) {
  switch (packet.kind) {
    case "snapshot":
      return applySnapshot(state, packet.data);
    case "scene":
      return applyScene(state, packet.data);
    case "tick":
      return applyTick(state, packet.data);
    case "you":
      return { ...state, you: packet.data };
    case "ack":
      return applyAck(state, packet.data, packet.answer);
    case "standing":
      return applyStanding(state, packet.data);
    case "awards":
      return { ...state, awards: packet.data };
  }
}

/** @param {State} state @param {Snapshot} snapshot @returns {State} */
function applySnapshot(state, snapshot) {
  // Another run counts from its own beginning: a display that follows its campaign must not compare the two.
  const another = state.scene !== null && state.scene.run.code !== snapshot.scene.run.code;
  const from = another ? { ...empty(), you: state.you } : state;
  const next = applyScene(from, snapshot.scene);
  return {
    ...next,
    behind: false,
    base: baseOf(next, snapshot.you),
    you: snapshot.you ?? next.you,
    stale: snapshot.you && next.scene?.seq === snapshot.scene.seq ? false : next.stale,
    joinUrl: snapshot.join_url ?? next.joinUrl,
    qr: snapshot.qr ?? next.qr,
  };
}

/** Own totals to count on from: what we hold while it explains the result being told, else what the snapshot says.
 * @param {State} state with the snapshot's scene @param {You | undefined} you @returns {State["base"]} */
function baseOf({ base, scene }, you) {
  if (!you || !scene) return base;
  if (base && scene.round && scene.reveal && follows(base, scene.round, scene.reveal)) return base;
  if (!you.stands) return null;
  const { score, streak, out, stands, fallen } = you;
  const lives = you.lives ?? (stands.round === null ? scene.run.lives : null) ?? 0;
  return { ...stands, score, streak, out, lives, fun: fallen?.score ?? 0 };
}

/** @param {State} state @param {Scene} scene @returns {State} */
function applyScene(state, scene) {
  const old = state.scene;
  if (old && old.run.code === scene.run.code && scene.seq < old.seq) return state;
  const sameRound = (old?.round?.id ?? null) === (scene.round?.id ?? null);
  const tick = state.tick && sameRound ? state.tick : state.tick && { ...state.tick, answered: 0 };
  const sameResult = sameRound && (!scene.reveal || old?.reveal?.version === scene.reveal.version);
  const counted = scene.board ? countOf(scene.board) : state.counted;
  const recounted = counted !== state.counted || !sameResult && scene.reveal !== null;
  return {
    ...state,
    scene,
    tick,
    ack: sameRound ? state.ack : null,
    standing: sameResult && !recounted ? state.standing : null,
    counted,
    stale: recounted || state.stale,
    behind: tick ? tick.seq > scene.seq : false,
  };
}

/** Tells two counts of the scores apart, also where a correction swaps two fans and leaves the histogram as it was.
 * @param {import("./contract").Board} board */
const countOf = ({ after }) => (after ? `${after.round} ${after.version}` : "");

/** @param {State} state @param {Tick} tick @returns {State} */
function applyTick(state, tick) {
  if (state.scene && tick.seq < state.scene.seq) return state;
  if (state.tick && tick.seq < state.tick.seq) return state;
  return { ...state, tick, behind: state.scene !== null && tick.seq > state.scene.seq };
}

/** @param {State} state @param {AnswerAck} ack @param {Answer} answer @returns {State} */
function applyAck(state, ack, answer) {
  if (state.scene?.round?.id !== answer.round) return state;
  const next = { ...state, ack: { ...ack, round: answer.round } };
  const stored = ack.outcome === "recorded" || ack.outcome === "duplicate";
  if (!stored || !state.you) return next;
  // A duplicate may have carried another choice than the one stored: what a snapshot told us stands, or will tell us.
  const known = state.you.answered?.round === answer.round ? state.you.answered : null;
  const answered = known ?? {
    round: answer.round,
    places: answer.places ?? [],
    value: answer.value ?? null,
    elapsed_ms: ack.elapsed_ms ?? 0,
    receipt: ack.receipt ?? "",
    ...(ack.outcome === "duplicate" ? { unsure: true } : {}),
  };
  return { ...next, you: { ...state.you, answered } };
}

/** @param {State} state @param {Standing} standing @returns {State} */
function applyStanding(state, standing) {
  const scene = state.scene;
  const told = scene?.reveal ? { round: scene.round?.id, version: scene.reveal.version } : scene?.board?.after;
  if (told && (standing.round !== told.round || standing.version < told.version)) return state;
  const { round, version, score, out, lives, streak, fallen = null } = standing;
  // Who was not there when the round closed has nothing to count on: in survival such a fan is out.
  // Nothing counts on from a warm-up: what we stood on before it is what the next question was judged on.
  const base = scene?.round?.warm_up && state.base ? state.base : standing.judged ? { round, version, score, out, lives: lives ?? 0, streak, fun: fallen?.score ?? 0 } : null;
  return { ...state, standing, base, stale: false, you: state.you && { ...state.you, score, out, lives, streak, fallen } };
}
