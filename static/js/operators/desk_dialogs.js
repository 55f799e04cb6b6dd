/** The desk's dialogs: the key entered twice, a correction, a void, cancelling, the list of keys. */

import { html, nothing } from "lit-html";
import { emblem } from "../displays/pieces.js";
import { pick, t } from "../shared/words.js";
import { remarking } from "./desk_buzz.js";
import { hold } from "./hold.js";
import { renamingView } from "./desk_people.js";
import { warmUpView } from "./desk_warm_up.js";
import { choiceWords, complete, numberOf, toggled } from "./steps.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").View} View */
/** @typedef {import("./desk.js").KeyDialog} KeyDialog */

/** @param {View} view @param {DeskPage} page */
export function dialogView(view, page) {
  const { dialog } = view;
  if (!dialog) return nothing;
  if (dialog.kind === "help") return help(page);
  if (dialog.kind === "cancel") return cancelling(page);
  if (dialog.kind === "remark") return remarking(dialog, view, page);
  if (dialog.kind === "rename") return renamingView(dialog, page);
  if (dialog.kind === "warm_up") return warmUpView(dialog, page);
  return "round" in dialog ? aboutRound(dialog, view, page) : nothing;
}

/** @param {KeyDialog} dialog @param {View} view @param {DeskPage} page */
function aboutRound(dialog, view, page) {
  const round = view.desk?.rounds.find((each) => each.id === dialog.round);
  const now = view.desk?.scene.round?.id === dialog.round ? view.desk.scene.round : null;
  const kind = round?.kind ?? now?.kind ?? "single";
  const choices = round?.choices ?? now?.choices ?? [];
  const heads = { key: t("The key, as the stage announced it"), correct: t("Correct the key"), void: t("Void this question"), redo: t("Ask this question again") };
  return html`
    <form class="ask-key" method="dialog" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void page.submitKey(); }}>
      <h2>${heads[dialog.kind]}</h2>
      <p class="card__text">${pick(round?.text ?? now?.text)}</p>
      ${dialog.note ? html`<p class="bar bar--bad" role="alert">${dialog.note}</p>` : nothing}
      ${dialog.kind === "correct" ? html`<p class="soft">${before(round)}</p>` : nothing}
      ${dialog.kind === "key" ? nothing : html`<label class="why">${t("Why (goes into the record)")}
        <input class="field-text" maxlength="200" .value=${dialog.why} @input=${(/** @type {InputEvent} */ event) => page.changeDialog({ why: /** @type {HTMLInputElement} */ (event.target).value })}></label>`}
      ${dialog.kind === "void" || dialog.kind === "redo" ? voiding(dialog, page) : entering(dialog, kind, choices, pick(now?.unit), page)}
    </form>`;
}

/** @param {import("./desk.js").DeskRound | undefined} round */
function before(round) {
  const said = typeof round?.value === "number" ? String(round.value) : choiceWords(round?.choices ?? [], round?.places ?? []);
  return t("Until now: {key}. Scores, board, points and badges are counted again, and the screens say so.", { key: said || "–" });
}

/** @param {KeyDialog} dialog @param {string} kind @param {import("../shared/contract").Words[]} choices @param {string} unit @param {DeskPage} page */
function entering(dialog, kind, choices, unit, page) {
  const again = dialog.stage === 2;
  const entry = again ? dialog.second : dialog.first;
  /** @param {Partial<import("./steps.js").Entry>} change */
  const set = (change) => page.changeDialog(again ? { second: { ...entry, ...change } } : { first: { ...entry, ...change } });
  const ready = complete(entry, kind) && (dialog.kind === "key" || dialog.why.trim() !== "");
  return html`
    <fieldset><legend>${again ? t("2 of 2: once more, to be sure") : kind === "estimate" ? t("1 of 2: enter the value") : t("1 of 2: choose the key")}</legend>
      ${kind === "estimate" ? html`<label class="line"><input class="field-text field-number num" inputmode="decimal" autocomplete="off" aria-label=${t("Value")} .value=${entry.value}
          @input=${(/** @type {InputEvent} */ event) => set({ value: /** @type {HTMLInputElement} */ (event.target).value })}> <span>${unit}</span></label>
          ${entry.value && numberOf(entry.value) === null ? html`<p class="note note--bad">${t("This is not a number")}</p>` : nothing}`
        : html`<div class="pickkey">${choices.map((words, place) => html`
          <button type="button" class="pick" aria-pressed=${entry.places.includes(place)} @click=${() => set({ places: toggled(entry.places, place, kind) })}>${emblem(place)}<span>${pick(words)}</span></button>`)}</div>`}
    </fieldset>
    <p class="sheet__end"><button type="button" class="quiet" @click=${() => page.close()}>${t("Back")}</button>
      <button type="submit" class="plain plain--strong" ?disabled=${!ready}>${again ? (dialog.kind === "key" ? t("Set the key and count") : t("Correct and count again")) : t("Continue")}</button></p>`;
}

/** @param {KeyDialog} dialog @param {DeskPage} page */
const voiding = (dialog, page) => html`
  <p>${dialog.kind === "redo" ? t("This time it counts for nobody; it comes next as a new question, its choices in another order. This cannot be taken back.")
    : t("Nobody gains or loses by a void question. This cannot be taken back.")}</p>
  ${dialog.why.trim() === "" ? html`<p class="note">${t("Write the reason above first: the record keeps it.")}</p>` : nothing}
  <p class="sheet__end"><button type="button" class="quiet" @click=${() => page.close()}>${t("Back")}</button>
    ${hold(dialog.kind === "redo" ? t("Hold to ask it again") : t("Hold to void"), () => void page.voidRound(), { disabled: dialog.why.trim() === "", classes: "hold--wide" })}</p>`;

/** @param {DeskPage} page */
const cancelling = (page) => html`
  <div class="ask-key">
    <h2>${t("Cancel this run")}</h2>
    <p>${t("Every phone and screen shows that this run is off. Points and badges are not given. This cannot be taken back.")}</p>
    <p class="sheet__end"><button type="button" class="quiet" @click=${() => page.close()}>${t("Back")}</button>
      ${hold(t("Hold to cancel the run"), () => void page.cancel(), { classes: "hold--wide" })}</p>
  </div>`;

/** @param {DeskPage} page */
const help = (page) => html`
  <div class="ask-key">
    <h2>${t("Keys of the desk")}</h2>
    <dl class="keys">
      <dt><kbd>${t("Space")}</kbd> <kbd>Enter</kbd></dt><dd>${t("The next step, as the button says")}</dd>
      <dt><kbd>P</kbd></dt><dd>${t("Pause: every clock stops. Again: it goes on, the same time left for all")}</dd>
      <dt><kbd>B</kbd></dt><dd>${t("The brand on every screen, and back")}</dd>
      <dt><kbd>H</kbd></dt><dd>${t("Hide all names, and show them again")}</dd>
      <dt><kbd>E</kbd></dt><dd>${t("Ten seconds more for the open question")}</dd>
      <dt><kbd>W</kbd></dt><dd>${t("A warm-up, asked next: it counts nothing")}</dd>
      <dt><kbd>Z</kbd></dt><dd>${t("Ended by mistake: back to the podium, for a minute")}</dd>
      <dt><kbd>K</kbd></dt><dd>${t("Enter the key of a sealed question")}</dd>
      <dt><kbd>R</kbd> <kbd>F</kbd> <kbd>N</kbd></dt><dd>${t("At the buzzer: what was said is right, is wrong; nobody is asked any more")}</dd>
      <dt><kbd>A</kbd></dt><dd>${t("Reveal by itself when counted")}</dd>
      <dt><kbd>C</kbd></dt><dd>${t("Close when all have answered")}</dd>
      <dt><kbd>/</kbd></dt><dd>${t("Search a name")}</dd>
      <dt><kbd>S</kbd></dt><dd>${t("Pair a screen")}</dd>
      <dt><kbd>Esc</kbd></dt><dd>${t("Close this")}</dd>
    </dl>
    <p class="soft">${t("Grey buttons do something that cannot be taken back: hold them for a second.")}</p>
    <p class="sheet__end"><button type="button" class="plain plain--strong" @click=${() => page.close()}>${t("Back to the desk")}</button></p>
  </div>`;
