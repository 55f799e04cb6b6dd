/**
 * The live controls: what is done to a show that is running, one key each, and taken back by the same key. Each shows what
 * is wanted from the press on, busy until the desk has heard that it is so.
 */

import { html, nothing } from "lit-html";
import { isLost } from "../shared/pictures.js";
import { t } from "../shared/words.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {"brand" | "names" | "pause"} Control */
/** @typedef {Control | "auto_reveal" | "close_when_all"} Turned */

/** Whether it is on, as the desk was told. @param {Desk} desk @param {string} name */
export const isOn = ({ scene, paused, switches }, name) =>
  Boolean({ brand: scene.brand, names: scene.run.nameless, pause: paused, ...switches }[name]);

/** There is a clock to stop from the first question to the last board. @param {Desk} desk */
export const mayPause = ({ scene, paused }) => paused || ["reading", "open", "closed", "reveal", "board"].includes(scene.scene);

/** The question is open and its time is not over. @param {Desk} desk @param {number} now */
export const mayExtend = ({ scene, paused }, now) => scene.scene === "open" && (paused || now < (scene.round?.closes_ms ?? 0));

/** The act that turns it on or off. @param {string} name @param {boolean} on @returns {[string, Record<string, boolean>]} */
export function actOf(name, on) {
  const said = { brand: "shown", names: "hidden", pause: "paused" }[name];
  return said ? [name, { [said]: on }] : ["switches", { [name]: on }];
}

/** A hand on the mouse leaves the space bar to *next*. @param {() => void} act */
const press = (act) => (/** @type {MouseEvent} */ event) => {
  if (event.detail > 0) /** @type {HTMLElement} */ (event.currentTarget).blur();
  act();
};

/** @param {Desk} desk @param {DeskPage} page */
export function controlsView(desk, page) {
  /** @param {Control} name */
  const on = (name) => page.wishes.of(name, isOn(desk, name));
  /** @type {[Control, string, string, boolean][]} */
  const keys = [
    ["pause", "P", on("pause") ? t("Go on") : t("Pause"), mayPause(desk)],
    ["brand", "B", on("brand") ? t("Back to the show") : t("Brand screen"), true],
    ["names", "H", on("names") ? t("Show names") : t("Hide names"), true],
  ];
  return html`<div class="controls">
    ${keys.map(([name, key, word, may]) => html`
      <button type="button" class="control" id=${`control-${name}`} aria-pressed=${on(name)} aria-busy=${page.wishes.waits(name)} ?disabled=${!may}
        @click=${press(() => page.turn(name))}><kbd>${key}</kbd> ${word}</button>`)}
    <button type="button" class="control" id="control-extend" ?disabled=${!mayExtend(desk, page.now())} @click=${press(() => page.extend())}><kbd>E</kbd> ${t("+10 s")}</button>
  </div>`;
}

/** What lies over the show, and the way back; a run that has just ended, too. @param {Desk} desk @param {DeskPage} page */
export function overView(desk, page) {
  const left = reopenLeft(desk, page.now());
  return html`
    ${isOn(desk, "brand") ? html`<p class="bar bar--over" role="status"><kbd>B</kbd> <span>${t("Every screen shows the brand. Phones go on.")}</span></p>` : nothing}
    ${isOn(desk, "names") ? html`<p class="bar bar--over" role="status"><kbd>H</kbd> <span>${t("Names are hidden: screens and phones show numbers.")}</span></p>` : nothing}
    ${isLost(desk.scene.round?.image) ? html`<p class="bar bar--over" role="status"><span>${t("The picture of this question cannot be shown: it is asked without.")}</span>
      <button type="button" class="plain" id="without" @click=${() => page.openRound("void", desk.scene.round?.id ?? "")}>${t("Void …")}</button></p>` : nothing}
    ${left > 0 ? html`<p class="bar bar--over" role="status"><span>${t("The run has ended. By mistake?")}</span>
      <button type="button" class="plain" id="reopen" @click=${() => page.reopen()}><kbd>Z</kbd> ${t("Back to the podium ({s} s left)", { s: left })}</button></p>` : nothing}`;
}

/** Whole seconds for which the end can be taken back. @param {Desk} desk @param {number} now */
export const reopenLeft = ({ reopen_until_ms }, now) => Math.max(0, Math.ceil(((reopen_until_ms ?? 0) - now) / 1000));
