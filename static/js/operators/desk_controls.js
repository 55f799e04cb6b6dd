/**
 * The live controls: what is done to a show that is running, one key each, and taken back by the same key. Each says what
 * is wanted, so a second press before the desk has heard of the first changes nothing.
 */

import { html, nothing } from "lit-html";
import { isLost } from "../shared/pictures.js";
import { pick, t } from "../shared/words.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {"brand" | "names" | "pause"} Control */

/** Whether it is on now. @param {Desk} desk @param {Control} control */
const isOn = ({ scene, paused }, control) => Boolean({ brand: scene.brand, names: scene.run.nameless, pause: paused }[control]);

/** There is a clock to stop from the first question to the last board. @param {Desk} desk */
const mayPause = ({ scene, paused }) => paused || ["reading", "open", "closed", "reveal", "board"].includes(scene.scene);

/** The question is open and its time is not over. @param {Desk} desk @param {number} now */
export const mayExtend = ({ scene, paused }, now) => scene.scene === "open" && (paused || now < (scene.round?.closes_ms ?? 0));

/** The act that turns it round. @param {Desk} desk @param {Control} control @returns {[string, Record<string, boolean>]} */
export function turned(desk, control) {
  const on = isOn(desk, control);
  return [control, { [{ brand: "shown", names: "hidden", pause: "paused" }[control]]: !on }];
}

/** A hand on the mouse leaves the space bar to *next*. @param {() => void} act */
const press = (act) => (/** @type {MouseEvent} */ event) => {
  if (event.detail > 0) /** @type {HTMLElement} */ (event.currentTarget).blur();
  act();
};

/** @param {Desk} desk @param {DeskPage} page */
export function controlsView(desk, page) {
  /** @type {[Control, string, string, boolean][]} */
  const keys = [
    ["pause", "P", isOn(desk, "pause") ? t("Go on") : t("Pause"), mayPause(desk)],
    ["brand", "B", isOn(desk, "brand") ? t("Back to the show") : t("Brand screen"), true],
    ["names", "H", isOn(desk, "names") ? t("Show names") : t("Hide names"), true],
  ];
  return html`<div class="controls">
    ${keys.map(([control, key, word, may]) => html`
      <button type="button" class="control" id=${`control-${control}`} aria-pressed=${isOn(desk, control)} ?disabled=${!may}
        @click=${press(() => page.turn(control))}><kbd>${key}</kbd> ${word}</button>`)}
    <button type="button" class="control" id="control-extend" ?disabled=${!mayExtend(desk, page.now())} @click=${press(() => page.extend())}><kbd>E</kbd> ${t("+10 s")}</button>
  </div>`;
}

/** What lies over the show, and the way back; a run that has just ended, too. @param {Desk} desk @param {DeskPage} page */
export function overView(desk, page) {
  const title = pick(desk.scene.run.title);
  const left = reopenLeft(desk, page.now());
  return html`
    ${isOn(desk, "brand") ? html`<p class="bar bar--over" role="status"><kbd>B</kbd> ${t("Every screen shows the brand: {title}. Phones go on.", { title })}</p>` : nothing}
    ${isOn(desk, "names") ? html`<p class="bar bar--over" role="status"><kbd>H</kbd> ${t("Names are hidden: screens and phones show numbers.")}</p>` : nothing}
    ${isLost(desk.scene.round?.image) ? html`<p class="bar bar--over" role="status">${t("The picture of this question cannot be shown: it is asked without.")}
      <button type="button" class="plain" id="without" @click=${() => page.openRound("void", desk.scene.round?.id ?? "")}>${t("Void …")}</button></p>` : nothing}
    ${left > 0 ? html`<p class="bar bar--over" role="status">${t("The run has ended. By mistake?")}
      <button type="button" class="plain" id="reopen" @click=${() => page.reopen()}><kbd>Z</kbd> ${t("Back to the podium ({s} s left)", { s: left })}</button></p>` : nothing}`;
}

/** Whole seconds for which the end can be taken back. @param {Desk} desk @param {number} now */
export const reopenLeft = ({ reopen_until_ms }, now) => Math.max(0, Math.ceil(((reopen_until_ms ?? 0) - now) / 1000));
