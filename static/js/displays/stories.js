/** Which story a result tells: its line, its picture and its sound are chosen by it, each at its own place. Pure. */

/** @typedef {import("./figures.js").PodiumRow} PodiumRow */

/**
 * @typedef {"voided" | "corrected" | "out" | "last" | "silence" | "estimate" | "said" | "one_fan_right" | "one_fan_wrong" | "nobody"
 *   | "everybody" | "one" | "many" | "few"} Story
 */

/** What does not happen every night: the hall is told in one sentence across the whole screen. @type {ReadonlySet<Story>} */
export const RARE = new Set(/** @type {Story[]} */ (["out", "last", "silence", "one_fan_right", "one_fan_wrong", "nobody", "everybody", "one"]));

/**
 * Which story the reveal tells. Of an estimate nobody says "wrong": being close is worth something.
 * @param {{answered: number, right: number, silent: number, changed?: {kind: string} | null}} reveal @param {string} [kind] of the question
 * @param {number | null} [survivors] of a survival run
 * @returns {Story}
 */
export function storyOf(reveal, kind = "single", survivors = null) {
  if (reveal.changed?.kind === "voided") return "voided";
  if (reveal.changed?.kind === "corrected") return "corrected";
  const people = reveal.answered + reveal.silent;
  if (survivors === 0) return "out";
  if (survivors === 1 && people > 1) return "last";
  if (reveal.answered === 0) return "silence";
  if (kind === "estimate") return "estimate";
  if (kind === "buzzer") return reveal.right ? "said" : "nobody";
  if (people === 1) return reveal.right ? "one_fan_right" : "one_fan_wrong";
  if (reveal.right === 0) return "nobody";
  if (reveal.right === people) return "everybody";
  if (reveal.right === 1) return "one";
  return reveal.right * 2 > people ? "many" : "few";
}

/**
 * Which line stands above the podium. `shared`: two or more came through the gate that has just opened.
 * @param {{step: number, rows: readonly PodiumRow[]}} podium
 * @returns {"coming" | "shared" | "nobody" | "one" | "tie" | "winner"}
 */
export function podiumStory(podium) {
  if (podium.step !== 1) return podium.rows.filter((row) => row.rank === podium.step).length > 1 ? "shared" : "coming";
  if (podium.rows.length === 0) return "nobody";
  if (podium.rows.filter((row) => row.rank === 1).length > 1) return "tie";
  return podium.rows.length === 1 ? "one" : "winner";
}
