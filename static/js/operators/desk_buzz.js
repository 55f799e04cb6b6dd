/**
 * A buzzer question at the desk: who pressed first, whose word it is, and what was said: right (R), wrong (F: the next one
 * speaks), nobody any more (N). A mark names the fan it is about, so that a second press or desk marks nobody else.
 */

import { html, nothing } from "lit-html";
import { seconds } from "../displays/pieces.js";
import { saidIt, speaking } from "../shared/buzz.js";
import { named } from "../shared/named.js";
import { pick, t } from "../shared/words.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").DeskRound} DeskRound */
/** @typedef {import("./desk.js").Buzz} Buzz */
/** A correction: who was right after all. @typedef {{kind: "remark", about: string, fan: string | null, why: string}} Remark */

/** The newest order known. @param {Desk} desk @returns {Buzz | null} */
const orderOf = ({ buzz, scene }) => buzz ?? scene.buzz ?? null;

/** @param {Desk} desk */
const takesMarks = ({ round, scene, paused }) => !paused && scene.round?.kind === "buzzer" && ["open", "closed"].includes(round?.state ?? "") && !round?.key;

/** What the one whose turn it is has said. @param {DeskPage} page @param {boolean} right */
export function mark(page, right) {
  const { desk } = page.view;
  const now = desk && takesMarks(desk) ? speaking(orderOf(desk)) : null;
  if (desk && now) void page.act("mark", { round: desk.round?.id, fan: now.fan, right });
}

/** @param {DeskPage} page */
export function nobodyMore(page) {
  const { desk } = page.view;
  if (desk && takesMarks(desk) && desk.round?.state === "closed") void page.act("mark", { round: desk.round.id, fan: null });
}

/** @param {Desk} desk @param {DeskPage} page */
export function buzzView(desk, page) {
  if (desk.scene.run.stream) return html`<p class="soft">${t("Only those in the hall are asked: viewers of a stream press along.")}</p>`;
  const buzz = orderOf(desk);
  const now = takesMarks(desk) ? speaking(buzz) : null;
  return html`
    ${rows(buzz, now?.fan ?? null)}
    ${takesMarks(desk) ? html`<div class="controls buzzdesk__acts">
      <button type="button" class="control" id="mark-right" ?disabled=${!now} @click=${() => mark(page, true)}><kbd>R</kbd> ${t("Right")}</button>
      <button type="button" class="control" id="mark-wrong" ?disabled=${!now} @click=${() => mark(page, false)}><kbd>F</kbd> ${t("Wrong: the next one")}</button>
      <button type="button" class="control" id="mark-nobody" ?disabled=${desk.round?.state !== "closed"} @click=${() => nobodyMore(page)}><kbd>N</kbd> ${t("Nobody any more")}</button>
    </div>` : nothing}`;
}

/** @param {Buzz | null} buzz @param {string | null} now */
const rows = (buzz, now) => !buzz || buzz.rows.length === 0 ? html`<p class="soft">${t("Nobody has pressed yet")}</p>` : html`
  <ol class="buzzdesk">${buzz.rows.map((row) => html`
    <li class=${row.fan === now ? "buzzdesk__row buzzdesk__row--now" : "buzzdesk__row"}><b class="num">${row.rank}</b><span>${named(row.name)}</span>
      <span class="soft num">${seconds(row.elapsed_ms)} ${t("s")}</span>
      <b>${row.fan === now ? t("speaks") : row.right === null ? "" : row.right ? `✓ ${t("Right")}` : `✗ ${t("Wrong")}`}</b></li>`)}</ol>`;

/** Who said it, of a round that has been judged. @param {Buzz | null | undefined} buzz */
export const nameSaid = (buzz) => String(saidIt(buzz)?.name ?? "");

/** @param {DeskRound} round @returns {Remark} */
export const remark = ({ id, buzz }) => ({ kind: "remark", about: id, fan: saidIt(buzz)?.fan ?? null, why: "" });

/** @param {Remark} dialog @param {import("./desk.js").View} view @param {DeskPage} page */
export function remarking(dialog, view, page) {
  const round = view.desk?.rounds.find((each) => each.id === dialog.about);
  /** @param {Partial<Remark>} change */
  const set = (change) => page.set({ dialog: { ...dialog, ...change } });
  const ready = dialog.why.trim() !== "" && dialog.fan !== (saidIt(round?.buzz)?.fan ?? null);
  /** @param {string | null} fan @param {unknown} words */
  const one = (fan, words) => html`<button type="button" class="pick" aria-pressed=${dialog.fan === fan} @click=${() => set({ fan })}><span>${words}</span></button>`;
  return html`
    <form class="ask-key" method="dialog" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); if (ready) void again(dialog, page); }}>
      <h2>${t("Who was right?")}</h2>
      <p class="card__text">${pick(round?.text)}</p>
      <label class="why">${t("Why (goes into the record)")}
        <input class="field-text" maxlength="200" .value=${dialog.why} @input=${(/** @type {InputEvent} */ event) => set({ why: /** @type {HTMLInputElement} */ (event.target).value })}></label>
      <div class="pickkey">${(round?.buzz?.rows ?? []).map((row) => one(row.fan, named(row.name)))}${one(null, t("Nobody"))}</div>
      <p class="sheet__end"><button type="button" class="quiet" @click=${() => page.close()}>${t("Back")}</button>
        <button type="submit" class="plain plain--strong" ?disabled=${!ready}>${t("Correct and count again")}</button></p>
    </form>`;
}

/** @param {Remark} dialog @param {DeskPage} page */
async function again({ about, fan, why }, page) {
  page.finish(await page.act("remark", { round: about, fan, why: why.trim() }));
}
