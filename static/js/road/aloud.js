/** What a screen reader hears: the turns of the play and three thresholds of the countdown, never every second. */
import { letter } from "../shared/elements.js";
import { count, decimal, pick, t } from "../shared/words.js";
import { levelOf } from "./model.js";
import { gainWord, stateWord } from "./said.js";

/** @typedef {import("./model.js").Model} Model */

/** The sentence due between two pictures, null if there is none. @param {Model | null} before @param {Model} view */
export function sentenceFor(before, view) {
  const play = view.state.play;
  const opened = play?.open?.n ?? 0;
  const again = before?.phase === view.phase && (before.state.play?.open?.n ?? 0) === opened && before.state.play?.level === play?.level;
  if (again) return within(before, view);
  switch (view.phase) {
    case "map":
      return null; // the page itself says it
    case "open":
      return question(view);
    case "verdict":
      return verdict(view);
    case "start":
      return `${t("Level {n}", { n: levelOf(view)?.n ?? 1 })}: ${pick(levelOf(view)?.title)}`;
    case "ended":
      return t("The play is over: {n} points.", { n: count(play?.result?.score ?? play?.banked ?? 0) });
    default:
      return stateWord(view);
  }
}

/** @param {Model | null} before @param {Model} view */
function within(before, view) {
  if (view.phase !== "open" || !before) return null;
  const [old, now] = [before.state.play?.open, view.state.play?.open];
  if (old && now && old.hidden.length !== now.hidden.length) {
    return t("Taken away: {letters}", { letters: now.hidden.map(letter).join(", ") });
  }
  if (old && now && old.closes_ms !== now.closes_ms && now.closes_ms - old.closes_ms > 500) return t("{n} seconds left", { n: view.left });
  return before.left !== view.left && (view.left === 10 || view.left === 5) ? t("{n} seconds left", { n: view.left }) : null;
}

/** @param {Model} view */
function question({ state: { play }, left }) {
  const open = play?.open;
  if (!open) return null;
  const shown = open.question.choices.map((choice, at) => (open.hidden.includes(at) ? "" : `${letter(at)}: ${pick(choice)}`)).filter(Boolean);
  return `${t("Question {n} of {m}", { n: play.question, m: play.of })}. ${t("{n} seconds left", { n: left })}. ${shown.join(". ")}`;
}

/** @param {Model} view */
function verdict(view) {
  const told = view.state.play?.verdict;
  if (!told) return null;
  const answer = told.key.value !== null ? decimal(told.key.value) : (told.key.places ?? []).map((at) => pick(told.question.choices[at])).join(", ");
  return `${stateWord(view)} ${gainWord(told.gained)}. ${t("The answer: {answer}", { answer })}. ${pick(told.explanation)}`;
}
