/**
 * The desk in words: what *next* will do, what an acknowledgement says, which marks a key has. Pure.
 * The steps are campaigns/domain/run.py's; the server decides which one comes, the desk only says it.
 */

import { answeredOf } from "../displays/pieces.js";
import { pick, t } from "../shared/words.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../shared/contract").Words} Words */

/** How long until the announced question opens or goes on, in ms; 0 where none is on its way. @param {Desk} desk @param {number} now */
export function leadMs({ round, scene, paused }, now) {
  if (paused) return 0;
  const opens = round?.state === "open" && scene.round?.id === round.id ? (scene.round.opens_ms ?? 0) : 0;
  return Math.max(0, opens - now, (scene.pause?.until_ms ?? 0) - now);
}

/** @param {number} ms */
const opensIn = (ms) => t("Opens in {s} s", { s: Math.ceil(ms / 1000) });

/**
 * In the lead before an opening there is nothing to press: closed now, the question would be one nobody could answer,
 * and a second tap on "open" must not do that. Who wants it gone voids it.
 * @param {Desk} desk @param {number} now the server's clock
 * @returns {{head: string, line: string, enabled: boolean}}
 */
export function nextWords(desk, now) {
  const upcoming = desk.upcoming;
  const { health } = desk;
  const lead = leadMs(desk, now);
  const goesOn = (desk.scene.pause?.until_ms ?? 0) > now;
  if (lead > 0) return { head: goesOn ? t("It goes on in {s} s", { s: Math.ceil(lead / 1000) }) : opensIn(lead), line: t("For everybody at the same instant"), enabled: false };
  const question = upcoming?.text ? pick(upcoming.text) : ""; // a remote control is not told it
  /** @type {Record<string, [string, string]>} */
  const words = {
    open_lobby: [t("Open the lobby"), t("Phones can join, the screens show the code")],
    ask: [upcoming?.warm_up ? t("Ask the warm-up") : upcoming ? t("Ask question {n}", { n: upcoming.n }) : t("Ask the next question"), question],
    open_now: [t("Open it now"), t("Without waiting for the reading time")],
    close_now: [t("Close it now"), answeredOf(health.answered, Math.max(health.connected, health.answered))],
    wait: [t("Counting …"), t("The answers are being judged, this takes a moment")],
    enter_key: [t("Enter the key"), t("Twice, when the stage has announced it")],
    mark: [t("Mark what is said"), t("R right · F wrong · N nobody is asked any more")],
    nobody: [t("Nobody had it"), t("Nobody is left to be asked: the question ends")],
    reveal: [t("Reveal the answer"), t("Everywhere at the same instant")],
    board: [t("Show the board"), t("Rows travel to their new rank")],
    podium: [t("To the podium"), t("Three gates, still closed")],
    podium_step: podiumWords(desk.scene.podium?.step ?? 0),
    end: [t("End the run"), t("Thanks on every screen, points and badges go out")],
    resume: [t("Go on"), t("Every clock goes on at the same instant, the same time left for all")],
    nothing: [t("Nothing left to do"), t("This run is over")],
  };
  const [head, line] = words[desk.next.step] ?? words["nothing"] ?? ["", ""];
  return { head, line, enabled: !["wait", "mark", "nothing"].includes(desk.next.step) };
}

/** Of a rehearsal that nobody needs to conduct. @param {Desk} desk */
export function aloneWords({ scene, rounds }) {
  const of = rounds.filter((each) => each.n > 0 && each.warm_up === 0).length;
  return scene.round ? t("Runs by itself · question {n} of {of}", { n: scene.round.n, of }) : t("Runs by itself · {of} questions", { of });
}

/** @param {number} step what the podium shows now: 0, 3, 2 or 1 @returns {[string, string]} */
function podiumWords(step) {
  if (step === 0) return [t("Open gate 3"), t("Third place")];
  return step === 3 ? [t("Open gate 2"), t("Second place")] : [t("Open gate 1"), t("The winner")];
}

/**
 * What an acknowledgement says to the operator; empty where the desk itself shows the effect.
 * @param {{outcome?: string, error?: string, message?: string} | null | undefined} ack
 * @returns {{text: string, good: boolean}}
 */
export function ackWords(ack) {
  if (!ack) return { text: t("No acknowledgement from the server. Nothing is lost: look at the state, then press again."), good: false };
  if (ack.error) return { text: `${errorWords(ack.error)}${ack.message ? ` (${ack.message})` : ""}`, good: false };
  /** @type {Record<string, [string, boolean]>} */
  const words = {
    moved: ["", true],
    paired: [t("The screen is paired"), true],
    removed: [t("Removed"), true],
    stale: [t("Somebody else was faster. Nothing was done twice."), false],
    waiting: [t("Still counting. Press again in a moment."), false],
    key_needed: [t("This question needs its key first."), false],
    nothing: [t("There is nothing left to do."), false],
    differs: [t("The two entries differ. Nothing was stored: enter the key twice again."), false],
    counted: [t("In survival the last question pays the pot: once a question is asked, whether it is the last does not change."), false],
    name_empty: [t("A name needs at least one letter, sign or emoji that can be seen."), false],
    name_blocked: [t("This name would not please everybody in the hall. Take another one."), false],
    name_reserved: [t("This name is kept for the people on stage. Take another one."), false],
    unknown: [t("Not found. Please check it and try again."), false],
  };
  const [text, good] = words[ack.outcome ?? ""] ?? [ack.outcome ?? "", false];
  return { text, good };
}

/** @param {string} code */
function errorWords(code) {
  /** @type {Record<string, string>} */
  const words = {
    offline: t("Not sent: there is no connection."),
    bad_input: t("The server did not accept this"),
    not_found: t("Not found"),
    not_allowed: t("You may not do this"),
    throttled: t("Too many at once. Wait a moment and try again."),
    unavailable: t("The database is not reachable at the moment. Try again."),
    internal: t("Something broke on the server. It has been logged."),
  };
  return words[code] ?? code;
}

/** @param {string} state of a round @param {number} [lead] ms until it opens */
export function stateWords(state, lead = 0) {
  if (lead > 0) return opensIn(lead);
  /** @type {Record<string, string>} */
  const words = {
    scheduled: t("to come"), reading: t("reading"), open: t("open"), closed: t("closed"), settling: t("counting"),
    settled: t("counted"), revealed: t("revealed"), void: t("void"),
  };
  return words[state] ?? state;
}

/** @param {string} scene @param {number} lead ms until the question opens */
export function sceneWords(scene, lead) {
  if (lead > 0) return t("About to open");
  /** @type {Record<string, string>} */
  const words = {
    scheduled: t("Scheduled"), lobby: t("Lobby"), reading: t("Reading"), open: t("Open"), closed: t("Closed"), reveal: t("Reveal"),
    board: t("Board"), podium: t("Podium"), final: t("Thanks"), cancelled: t("Cancelled"),
    brand: t("The brand"), paused: t("Paused"),
  };
  return words[scene] ?? scene;
}

/** @param {string} kind */
export function kindWords(kind) {
  /** @type {Record<string, string>} */
  const words = { single: t("one choice"), multiple: t("several choices"), truefalse: t("true or false"), estimate: t("estimate"), buzzer: t("buzzer") };
  return words[kind] ?? kind;
}

/**
 * A place tapped: one choice replaces, several toggle and stay in order.
 * @param {readonly number[]} places @param {number} place @param {string} kind
 */
export function toggled(places, place, kind) {
  if (kind !== "multiple") return [place];
  return places.includes(place) ? places.filter((each) => each !== place) : [...places, place].sort((a, b) => a - b);
}

/** @typedef {{places: number[], value: string}} Entry */

/** Whether an entry says anything at all. @param {Entry} entry @param {string} kind */
export function complete(entry, kind) {
  if (kind !== "estimate") return entry.places.length > 0;
  return numberOf(entry.value) !== null;
}

/** @param {string} text @returns {number | null} */
export function numberOf(text) {
  const plain = text.normalize("NFKC").trim().replace(/(\d)[,\s](?=\d{3}\b)/g, "$1");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** @param {Entry} one @param {Entry} two @param {string} kind */
export function same(one, two, kind) {
  return kind === "estimate" ? numberOf(one.value) === numberOf(two.value) : one.places.join() === two.places.join();
}

/**
 * The key as it is sent, both entries side by side: the server compares them again.
 * @param {string} round @param {string} kind @param {Entry} one @param {Entry} two
 */
export function keyPacket(round, kind, one, two) {
  return kind === "estimate"
    ? { round, value: numberOf(one.value), value_again: numberOf(two.value) }
    : { round, places: one.places, places_again: two.places };
}

/** What may still be done to a round. @param {string} state */
export const mayCorrect = (state) => state === "settled" || state === "revealed";

/** @param {string} state */
export const mayVoid = (state) => state !== "void" && state !== "settling";

/** A run can be called off until its podium. @param {string | undefined} scene */
export const mayCancel = (scene) => scene !== undefined && !["podium", "final", "cancelled"].includes(scene);

/** Degraded parts as a sentence. @param {readonly string[]} parts */
export const degradedWords = (parts) => t("Running degraded: {parts}. Answers stay safe.", { parts: parts.join(", ") });

/** @param {Words[]} choices @param {readonly number[] | null} places */
export const choiceWords = (choices, places) => (places ?? []).map((place) => `${"ABCDEF"[place] ?? "?"} ${pick(choices[place])}`).join(" · ");
