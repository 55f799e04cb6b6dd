/** The picture of the desk: a function of its view. Left what happens next and what the hall sees, then the question, then people. */

import { html, nothing } from "lit-html";
import { shownOf } from "../displays/cues.js";
import { answeredOf, emblem, number } from "../displays/pieces.js";
import { vars } from "../displays/vars.js";
import { count, pick, t } from "../shared/words.js";
import { buzzView } from "./desk_buzz.js";
import { controlsView, overView } from "./desk_controls.js";
import { loginView } from "./desk_door.js";
import { dialogView } from "./desk_dialogs.js";
import { peopleView } from "./desk_people.js";
import { roundsView } from "./desk_rounds.js";
import { joinView, screensView } from "./desk_screens.js";
import { aloneWords, degradedWords, kindWords, leadMs, mayCancel, nextWords, sceneWords, stateWords } from "./steps.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").View} View */

/** @param {View} view @param {DeskPage} page */
export function deskView(view, page) {
  const { desk } = view;
  const lead = desk ? leadMs(desk, page.now()) : 0;
  return html`
    <div class="desk__over">${banner(view, page)}${desk ? overView(desk, page) : nothing}</div>
    ${desk ? html`
      ${healthView(desk)}
      <div class="desk__columns">
        <section class="desk__go">
          ${desk.scene.run.stream ? followsView(desk.scene.run.stream) : html`${nextView(desk, view, page)} ${controlsView(desk, page)}`}
          <figure class="mirror"><div class="screen" id="mirror" data-ground="dark"></div>
            <figcaption>${desk.scene.run.stream ? sceneWords(shownOf(desk.scene, page.now()), lead) : wallView(desk, sceneWords(shownOf(desk.scene, page.now()), lead), page)}</figcaption></figure>
          ${desk.scene.run.stream ? nothing : html`${switchesView(desk, page)} ${cancelView(desk, page)}`}
        </section>
        <section class="desk__now">${page.posters.view()}${nowView(desk, lead, page)}${upcomingView(desk)}${desk.scene.run.stream ? nothing : roundsView(desk, lead, page)}</section>
        <section class="desk__side">${desk.scene.run.stream ? nothing : html`${screensView(view, page)}${joinView(view, page)}`}${peopleView(desk, view, page)}</section>
      </div>` : html`<p class="desk__waiting">${t("Connecting to the run …")}</p>`}
    <dialog class="sheet" @close=${() => !page.view.refused && page.view.dialog && page.close()}>${view.dialog ? dialogView(view, page) : nothing}</dialog>`;
}

/** @param {View} view @param {DeskPage} page */
function banner(view, page) {
  if (view.refused === "not_allowed") return loginView(view.note.good ? "" : view.note.text, page);
  const degraded = view.desk?.health.degraded ?? [];
  if (view.refused) return html`<p class="bar bar--bad" role="alert"><span>${t("The server refused this desk ({code}). Please sign in again.", { code: view.refused })}</span></p>`;
  if (view.link === "offline") return html`<p class="bar bar--bad" role="alert"><span>${t("No connection. Trying again every two seconds; the show runs on by itself.")}</span></p>`;
  return degraded.length ? html`<p class="bar" role="status"><span>${degradedWords(degraded)}</span></p>` : nothing;
}

/** A cohort's run moves by itself. @param {{name: string, delay_ms: number}} stream */
const followsView = (stream) =>
  html`<p class="bar" role="status">${t("{name}: follows the hall by itself, {s} s later. Press there; here you see who is in, and send away.", { name: stream.name, s: String(stream.delay_ms / 1000) })}</p>`;

/** @param {Desk} desk */
function healthView({ health }) {
  /** @type {[string, string, boolean][]} */
  const cells = [
    [t("In"), count(health.joined), false],
    [t("Connected"), count(health.connected), false],
    [t("Answered"), count(health.answered), false],
    [t("Screens"), count(health.displays), health.displays === 0],
    [t("Answers/s, whole machine"), health.rate.toFixed(health.rate < 10 ? 1 : 0), false],
    [t("p99, whole machine"), `${health.p99_ms.toFixed(0)} ms`, health.p99_ms > 250],
    [t("Errors, whole machine"), count(health.errors), health.errors > 0],
  ];
  return html`<dl class="vitals">${cells.map(([name, value, odd]) => html`
    <div class=${odd ? "vital vital--odd" : "vital"}><dt>${name}</dt><dd class="num">${value}</dd></div>`)}</dl>`;
}

/** @param {Desk} desk @param {View} view @param {DeskPage} page */
function nextView(desk, view, page) {
  const { head, line, enabled } = nextWords(desk, page.now());
  const alone = desk.by_itself && enabled;
  const away = view.link === "offline";
  const sent = view.pressed === desk.next.seq;
  return html`
    <div class="go">
      <button type="button" class=${alone ? "next next--alone" : "next"} id="next" data-step=${desk.next.step} ?disabled=${!enabled || away} aria-busy=${sent} @click=${() => page.next()}>
        <b>${sent ? t("Sent …") : alone ? aloneWords(desk) : head}</b><span>${alone ? t("Press, and the next step comes sooner: {step}", { step: head }) : line}</span>
      </button>
      <p class=${view.note.good ? "note" : "note note--bad"} role="status">${view.note.text
        || html`<span class="hint"><kbd>${t("Space")}</kbd> ${t("does it too.")}</span> <button type="button" class="quiet" @click=${() => page.set({ dialog: { kind: "help" } })}><kbd>?</kbd> ${t("All keys")}</button>`}</p>
    </div>`;
}

/** What the screens show, and by whose word. @param {Desk} desk @param {string} scene @param {DeskPage} page */
function wallView({ wall, health }, scene, page) {
  if (health.displays === 0) return html`<b>${t("No screen yet.")}</b> ${t("It would show: {scene}", { scene })}`;
  if (!wall.shown) return html`<b>${wall.code ? t("The screens show another run: {code}", { code: wall.code }) : t("The screens show another run")}</b>
    <button type="button" class="quiet" id="wall" @click=${() => page.wall(true)}>${t("Show this one")}</button>`;
  return html`${t("The screens show now: {scene}", { scene })}
    <button type="button" class="quiet" id="wall" @click=${() => page.wall(!wall.chosen)}>${wall.chosen ? t("Kept here by you: let them choose again") : t("Keep them here")}</button>`;
}

/** @param {Desk} desk @param {DeskPage} page */
const switchesView = (desk, page) => html`
  <div class="switches">
    ${switchView("auto_reveal", "A", t("Reveal by itself when counted"), desk, page)}
    ${switchView("close_when_all", "C", t("Close when all have answered"), desk, page)}
  </div>`;

/** @param {"auto_reveal" | "close_when_all"} name @param {string} key @param {string} words @param {Desk} desk @param {DeskPage} page */
const switchView = (name, key, words, { switches }, page) => html`
  <label><input type="checkbox" role="switch" aria-busy=${page.wishes.waits(name)} .checked=${page.wishes.of(name, switches[name])} @change=${() => page.turn(name)}>
    <span>${words}</span><kbd>${key}</kbd></label>`;

/** The question with its key: for the operator's eyes. @param {Desk} desk @param {number} lead @param {DeskPage} page */
function nowView(desk, lead, page) {
  const { round } = desk.scene;
  if (!round) return nothing;
  const row = desk.rounds.find((each) => each.id === round.id);
  const choices = row?.choices ?? round.choices ?? [];
  const key = desk.round?.key;
  const { answered, connected } = desk.health;
  return html`
    <article class="card">
      <header class="card__head"><h2>${round.warm_up ? t("Warm-up") : t("Question {n} of {of}", { n: round.n, of: round.of })}</h2>
        <span class="chip">${stateWords(desk.round?.state ?? "", lead)}</span><span class="soft">${kindWords(round.kind)} · ${t("{s} s", { s: round.seconds })}</span></header>
      <p class="card__text">${pick(round.text)}</p>
      ${desk.round?.sealed && !key && round.kind !== "buzzer" ? html`<p class="sealed">${t("Sealed: no key is stored anywhere yet.")}</p>` : nothing}
      ${round.kind === "buzzer" ? buzzView(desk, page) : round.kind === "estimate"
        ? html`<p class="keyline">${typeof key?.value === "number" ? html`<b class="num">${number(key.value)} ${pick(round.unit)}</b> <span class="soft num">${key.margin ? `± ${number(key.margin)}` : ""}</span>` : nothing}</p>`
        : html`<ol class="keyed">${choices.map((words, place) => {
          const right = key?.places.includes(place) ?? false;
          return html`<li class=${right ? "keyed__right" : ""}>${emblem(place)}<span>${pick(words)}</span>${right ? html`<b>✓ ${t("Key")}</b>` : nothing}</li>`;
        })}</ol>`}
      ${desk.round?.explanation ? html`<p class="soft">${pick(desk.round.explanation)}</p>` : nothing}
      <div class="meter" role="img" aria-label=${answeredOf(answered, connected)}>
        <i ${vars({ "--length": connected > 0 ? Math.min(1, answered / connected).toFixed(4) : 0 })}></i></div>
    </article>`;
}

/** @param {Desk} desk */
const upcomingView = ({ upcoming }) => upcoming ? html`
  <p class="upcoming"><span class="soft">${upcoming.warm_up ? t("Then the warm-up") : t("Then question {n}", { n: upcoming.n })}</span> ${pick(upcoming.text)}
    <span class="soft">${kindWords(upcoming.kind)}${upcoming.sealed ? ` · ${t("Sealed")}` : ""}</span></p>` : nothing;

/** Where it stays: what moves with every packet stands below or beside it. @param {Desk} desk @param {DeskPage} page */
const cancelView = ({ scene }, page) => mayCancel(scene.scene)
  ? html`<p class="danger"><button type="button" class="quiet" @click=${() => page.set({ dialog: { kind: "cancel" } })}>${t("Cancel this run …")}</button></p>` : nothing;
