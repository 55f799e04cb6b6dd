/**
 * The order at a buzzer. While presses come in the tick is newer than the scene; from the judgement on only the scene has it.
 *
 * @typedef {import("./contract").Buzz} Buzz
 * @typedef {import("./contract").BuzzRow} BuzzRow
 */

/** The newest known; null where no buzzer is on stage. @param {Pick<import("./state.js").State, "scene" | "tick">} state @returns {Buzz | null} */
export function buzzOf({ scene, tick }) {
  if (!scene?.buzz) return null;
  const newer = tick?.buzz && tick.seq >= scene.seq && scene.scene !== "reveal";
  return newer ? tick.buzz ?? null : scene.buzz;
}

/** Whose turn it is to speak. @param {Buzz | null} buzz @returns {BuzzRow | null} */
export const speaking = (buzz) => buzz?.rows.find((row) => row.fan === buzz.speaks) ?? null;

/** Who said it. @param {Buzz | null | undefined} buzz @returns {BuzzRow | null} */
export const saidIt = (buzz) => buzz?.rows.find((row) => row.right === true) ?? null;

/** How what this fan said is marked; null: was not asked. @param {Buzz | null | undefined} buzz @param {string} fan */
export const markOf = (buzz, fan) => buzz?.rows.find((row) => row.fan === fan)?.right ?? null;
