/** What a screen reader hears: the turns of the game and three thresholds of the countdown, never every second. */
import { letter } from "../shared/elements.js";
import { decimal, pick, seconds, t } from "../shared/words.js";
import { myTurn } from "./buzzer.js";
import { lifeWords, verdictOf } from "./reveal.js";
import { stateWord } from "./stage.js";

/** @typedef {import("./model.js").Model} Model */

/** The sentence due between two pictures, null if there is none. @param {Model | null} before @param {Model} view */
export function sentenceFor(before, view) {
  const round = view.state.scene?.round;
  if (before && myTurn(view) && !myTurn(before)) return t("You have the word");
  if (before?.phase === view.phase && before.state.scene?.reveal?.version === view.state.scene?.reveal?.version) {
    const counting = view.phase === "open" && before.left !== view.left;
    return counting && (view.left === 10 || view.left === 5) ? t("{n} seconds left", { n: view.left }) : null;
  }
  switch (view.phase) {
    case "reading":
      return `${t("Get ready")}. ${pick(round?.text)}`;
    case "open":
      return `${view.left === 1 ? t("Open for 1 second") : t("Open for {n} seconds", { n: view.left })}. ${view.order.map((place) => `${letter(place)}: ${pick(round?.choices?.[place])}`).join(". ")}`;
    case "recorded":
      return `${t("Recorded")}: ${seconds(view.answered?.elapsed_ms ?? 0)} ${t("s")}`;
    case "reveal":
      return `${stateWord(view)} ${verdictOf(view) === "void" ? "" : rightAnswer(view)} ${view.lifeSpent ? lifeWords() : ""} ${pick(view.state.scene?.reveal?.explanation)}`;
    default:
      return stateWord(view);
  }
}

/** @param {Model} view */
function rightAnswer({ state }) {
  const { round, reveal } = state.scene ?? {};
  if (!reveal) return "";
  if (round?.kind === "buzzer") return "";
  const said = reveal.value === null ? reveal.places.map((each) => pick(round?.choices?.[each])).join(", ") : decimal(reveal.value);
  return `${t("The answer: {answer}", { answer: said })}.`;
}
