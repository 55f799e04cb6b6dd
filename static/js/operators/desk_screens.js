/** How screens and people come to this run: the pairing code with what came of it beside its field, the link, the QR. */

import { html } from "lit-html";
import { qrImage } from "../displays/pieces.js";
import { t } from "../shared/words.js";
import { toTheDesk } from "./desk_keys.js";
import { ackWords } from "./steps.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").View} View */
/** @typedef {{code: string, problem: string}} Pairing */

/** A code that was not taken does not stay in the field. @param {DeskPage} page */
async function pair(page) {
  const code = page.view.pairing.code.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  if (!code) return;
  const ack = await page.send("pair", { code });
  if (ack?.outcome === "paired") {
    page.set({ pairing: { code: "", problem: "" }, note: ackWords(ack) });
    toTheDesk();
    return;
  }
  const problem = ack?.outcome === "unknown" ? t("No screen shows {code}. Type the four signs that it shows now.", { code }) : ackWords(ack).text;
  page.set({ pairing: { code: "", problem } });
  document.getElementById("pair-code")?.focus();
}

/** @param {View} view @param {DeskPage} page */
export const screensView = ({ pairing, displayUrl }, page) => html`
  <article class="card">
    <header class="card__head"><h2>${t("Screens")}</h2></header>
    <form class="line" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void pair(page); }}>
      <input id="pair-code" class="field-text field-code" maxlength="9" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder=${t("Code on the screen")}
        aria-label=${t("Code on the screen")} aria-invalid=${pairing.problem !== ""} aria-describedby="pair-problem" .value=${pairing.code}
        @input=${(/** @type {InputEvent} */ event) => page.set({ pairing: { code: /** @type {HTMLInputElement} */ (event.target).value, problem: "" } })}>
      <button type="submit" class="plain">${t("Pair")}</button>
    </form>
    <p class=${pairing.problem ? "note note--bad" : "note"} id="pair-problem" role="status">${pairing.problem || html`${t("Open this address on the screen:")} <b>${displayUrl}</b>`}</p>
  </article>`;

/** @param {View} view @param {DeskPage} page */
export const joinView = (view, page) => html`
  <article class="card">
    <header class="card__head"><h2>${t("Join")}</h2></header>
    <div class="door">${qrImage(view.qr)}
      <div class="door__words"><p class="door__code num">${view.desk?.scene.run.code ?? ""}</p>
        <input id="join-link" class="field-text" readonly aria-label=${t("Join link")} .value=${view.joinUrl}>
        <button type="button" class="plain" @click=${() => page.copyLink()}>${t("Copy the link")}</button></div></div>
  </article>`;
