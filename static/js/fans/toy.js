/**
 * The warm-up: a gate that opens when it likes, and how fast one is at tapping it. It is what there is to do while
 * nothing happens. Pure: time and chance come in; nothing of it is sent.
 *
 * @typedef {object} Toy
 * @property {"idle" | "waiting" | "open" | "early" | "result"} phase
 * @property {number} opensAt   own clock, ms
 * @property {number | null} reaction   ms, of the last go
 * @property {number | null} best       ms
 * @property {number} goes
 */

/** Longer than this and somebody was looking elsewhere. */
export const TOO_LONG_MS = 4000;

/** @returns {Toy} */
export const fresh = () => ({ phase: "idle", opensAt: 0, reaction: null, best: null, goes: 0 });

/** A tap. @param {Toy} toy @param {number} now own clock, ms @param {number} chance 0…1 @returns {Toy} */
export function tapped(toy, now, chance) {
  if (toy.phase === "waiting") return { ...toy, phase: "early" };
  if (toy.phase === "open") {
    const reaction = Math.max(0, now - toy.opensAt);
    const best = toy.best === null ? reaction : Math.min(toy.best, reaction);
    return { ...toy, phase: "result", reaction, best, goes: toy.goes + 1 };
  }
  return { ...toy, phase: "waiting", opensAt: now + 900 + chance * 2600 };
}

/** Time passing. @param {Toy} toy @param {number} now @returns {Toy} the same object if nothing changed */
export function passed(toy, now) {
  if (toy.phase === "waiting" && now >= toy.opensAt) return { ...toy, phase: "open" };
  if (toy.phase === "open" && now - toy.opensAt >= TOO_LONG_MS) return { ...toy, phase: "idle" };
  return toy;
}

/** When `passed` will next change something. @param {Toy} toy */
export function nextToyChange(toy) {
  if (toy.phase === "waiting") return toy.opensAt;
  if (toy.phase === "open") return toy.opensAt + TOO_LONG_MS;
  return Infinity;
}
