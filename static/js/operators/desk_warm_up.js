/**
 * A warm-up put in from the desk: one line and its choices, or a question of the bank. It comes next and counts nothing.
 * It is sent with the order to come as it was when the dialog was opened, so that a double press puts in one.
 */

import { html, nothing } from "lit-html";
import { emblem } from "../displays/pieces.js";
import { pick, t } from "../shared/words.js";
import { toTheDesk } from "./desk_keys.js";
import { coming } from "./desk_rounds.js";
import { ackWords, kindWords } from "./steps.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {{id: string, text: import("../shared/contract").Words, kind: string}} InStock */
/** @typedef {{kind: "warm_up", before: string[], text: string, textEn: string, choices: string[], right: number, search: string, found: InStock[] | null, note: string}} WarmUp */

const CHOICES = 4;
const OVER = ["podium", "final", "cancelled"];

/** @param {DeskPage} page */
export function openWarmUp(page) {
  const { desk } = page.view;
  if (!desk || OVER.includes(desk.scene.scene)) return;
  /** @type {WarmUp} */
  const dialog = { kind: "warm_up", before: coming(desk), text: "", textEn: "", choices: Array.from({ length: CHOICES }, () => ""), right: 0, search: "", found: null, note: "" };
  page.set({ dialog });
  void find(page, "");
}

/** @param {DeskPage} page @param {Partial<WarmUp>} part */
function change(page, part) {
  const { dialog } = page.view;
  if (dialog?.kind === "warm_up") page.set({ dialog: { ...dialog, ...part } });
}

/** @param {DeskPage} page @param {string} search */
async function find(page, search) {
  change(page, { search });
  const ack = await page.wire.ask("bank", { search }).catch(() => null);
  const { dialog } = page.view;
  if (ack?.questions && dialog?.kind === "warm_up" && dialog.search === search) change(page, { found: ack.questions });
}

/** What was typed, as it is sent; null while something is missing. @param {WarmUp} dialog */
export function typedOf({ text, textEn, choices, right }) {
  const said = choices.map((each) => each.trim());
  const filled = said.filter(Boolean);
  if (!text.trim() || filled.length < 2 || !said[right]) return null;
  return { text: text.trim(), text_en: textEn.trim(), choices: filled, right: said.slice(0, right).filter(Boolean).length };
}

/** @param {DeskPage} page @param {WarmUp} dialog @param {Record<string, unknown> | null} said */
async function putIn(page, dialog, said) {
  if (!said) return;
  const ack = await page.act("warm_up", { before: dialog.before, ...said });
  if (ack?.outcome === "moved") {
    page.close();
    toTheDesk(); // the space bar is *next* again
  } else change(page, { note: ackWords(ack).text, before: page.view.desk ? coming(page.view.desk) : dialog.before });
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** @param {WarmUp} dialog @param {DeskPage} page */
export function warmUpView(dialog, page) {
  const { text, textEn, choices, right, search, found, note } = dialog;
  return html`
    <form class="ask-key" method="dialog" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void putIn(page, dialog, typedOf(dialog)); }}>
      <h2>${t("A warm-up, asked next")}</h2>
      <p class="soft">${t("Asked, answered and revealed like a question. Scores, streaks, lives and ranks stay as they are.")}</p>
      ${note ? html`<p class="bar bar--bad" role="alert">${note}</p>` : nothing}
      <label class="why">${t("The question, in one line")}
        <input class="field-text" id="warm-up-text" maxlength="200" autocomplete="off" .value=${text} @input=${(/** @type {Event} */ event) => change(page, { text: valueOf(event) })}></label>
      <label class="why">${t("The same in English, if it is to be read so too")}
        <input class="field-text" id="warm-up-text-en" lang="en" maxlength="200" autocomplete="off" .value=${textEn} @input=${(/** @type {Event} */ event) => change(page, { textEn: valueOf(event) })}></label>
      <fieldset><legend>${t("Its choices, the right one marked")}</legend>
        ${choices.map((said, place) => html`<div class="line warm-up__choice">${emblem(place)}
          <input class="field-text" maxlength="100" autocomplete="off" aria-label=${t("Choice {c}", { c: "ABCDEF"[place] ?? "" })} .value=${said}
            @input=${(/** @type {Event} */ event) => change(page, { choices: choices.map((each, at) => (at === place ? valueOf(event) : each)) })}>
          <label><input type="radio" name="right" .checked=${right === place} @change=${() => change(page, { right: place })}> ${t("right")}</label></div>`)}</fieldset>
      <p class="sheet__end"><button type="button" class="quiet" @click=${() => page.close()}>${t("Back")}</button>
        <button type="submit" class="plain plain--strong" ?disabled=${!typedOf(dialog)}>${t("Put it in, asked next")}</button></p>
      <label class="why">${t("Or one of the bank")}
        <input type="search" class="field-text" id="warm-up-search" maxlength="60" .value=${search} placeholder=${t("Words of the question")}
          @input=${(/** @type {Event} */ event) => void find(page, valueOf(event))}
          @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && event.preventDefault()}></label>
      ${found?.length === 0 ? html`<p class="soft">${t("No reviewed question with these words")}</p>` : html`
        <ul class="warm-up__found">${(found ?? []).map((each) => html`
          <li><span>${pick(each.text)} <small class="soft">${kindWords(each.kind)}</small></span>
            <button type="button" class="plain" @click=${() => void putIn(page, dialog, { question: each.id })}>${t("Put it in")}</button></li>`)}</ul>`}
    </form>`;
}
