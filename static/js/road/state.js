/**
 * What the page of a road knows, and the one way it changes: `apply(state, packet)`, pure.
 *
 * A play is known by the number of its next step: the newer one stands, whichever way it came, so order of arrival and
 * repeats do not matter. A play that has ended stays to be looked at when the wire has no open one any more.
 *
 * @typedef {import("./contract").Road} Road
 * @typedef {import("./contract").RoadYou} RoadYou
 * @typedef {import("./contract").Play} Play
 * @typedef {{road: Road | null, you: RoadYou | null, play: Play | null}} State
 * @typedef {{kind: "snapshot", data: import("./contract").Snapshot} | {kind: "scene", data: Road} | {kind: "you", data: RoadYou}
 *   | {kind: "ack", data: import("./contract").PlayAck}} Packet
 */

/** @returns {State} */
export const empty = () => ({ road: null, you: null, play: null });

/** @param {State} state @param {Packet} packet @returns {State} */
export function apply(state, packet) {
  switch (packet.kind) {
    case "snapshot": {
      const next = { ...state, road: later(state.road, packet.data.scene) };
      return packet.data.you ? withYou(next, packet.data.you) : next;
    }
    case "scene":
      return { ...state, road: later(state.road, packet.data) };
    case "you":
      return withYou(state, packet.data);
    case "ack":
      return packet.data.play ? { ...state, play: newer(state.play, packet.data.play) } : state;
  }
}

/** @param {Road | null} old @param {Road} road */
const later = (old, road) => (old && old.run.code === road.run.code && road.seq < old.seq ? old : road);

/** @param {State} state @param {RoadYou} you @returns {State} */
function withYou(state, you) {
  if (you.play) return { ...state, you, play: newer(state.play, you.play) };
  // The page itself cannot know the play; the wire without one says that none is open.
  const kept = you.under_way !== undefined || state.play?.state === "ended" ? state.play : null;
  return { ...state, you, play: kept };
}

/** @param {Play | null} old @param {Play} play */
export function newer(old, play) {
  if (!old) return play;
  if (old.id !== play.id) return Number(play.id) > Number(old.id) ? play : old;
  return play.n >= old.n ? play : old;
}

/** Whether somebody could go on playing. @param {State} state */
export const underWay = ({ play, you }) => (play ? play.state !== "ended" : Boolean(you?.under_way));
