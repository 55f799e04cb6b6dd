/** Words that picture and voice share. */
import { count, t } from "../shared/words.js";

/** @typedef {import("./model.js").Model} Model */

/** The state in one word. @param {Model} view */
export function stateWord(view) {
  const told = view.state.play?.verdict;
  switch (view.phase) {
    case "start":
      return t("Get ready");
    case "open":
      return t("Charge!");
    case "sending":
      return t("Sending");
    case "recorded":
      return t("Recorded");
    case "timeup":
      return t("Time is up");
    case "verdict":
      return told?.right ? t("Right!") : told?.said ? t("Missed") : told?.late ? t("Too late") : t("No answer");
    case "passed":
      return t("Gate passed");
    case "failed":
      return t("Held back");
    case "ended":
      return view.state.play?.levels.every((level) => level.passed) && wholeRoad(view) ? t("All the way!") : t("The end");
    case "closed":
      return t("Closed");
    default:
      return "";
  }
}

/** @param {Model} view */
export const wholeRoad = ({ state: { road, play } }) => Boolean(road && play && play.levels.filter((level) => level.passed).length === road.levels.length);

/** +20, −10, 0. @param {number} gained */
export const gainWord = (gained) => (gained > 0 ? `+${count(gained)}` : gained < 0 ? `−${count(-gained)}` : "0");

/** With a minus as wide as a digit. @param {number} score */
export const signed = (score) => (score < 0 ? `−${count(-score)}` : count(score));

/** @param {import("./contract").HelpName} help */
export function helpName(help) {
  return { fifty: t("50:50"), time: t("+Time"), swap: t("Swap") }[help];
}

/** What a button says while its action is on its way. @param {Model} view @param {import("./contract").Action["event"]} event
 * @param {string} word @param {string} meanwhile */
export const busy = (view, event, word, meanwhile) => (view.local.pending?.event === event ? meanwhile : word);
