/** Who is in: found by name, renamed, hidden, sent out; and those worth a second look, each with its reasons. */

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { number } from "../displays/pieces.js";
import { named } from "../shared/named.js";
import { decimal, t } from "../shared/words.js";
import { toTheDesk } from "./desk_keys.js";
import { hold } from "./hold.js";
import { ackWords } from "./steps.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").View} View */
/** @typedef {import("./desk.js").Person} Person */
/** @typedef {{kind: "rename", fan: string, before: string, name: string, note: string}} Renaming */

/** @param {import("./desk.js").Why} why */
function whyWords({ reason, n, fastest_ms, like }) {
  if (reason === "superhuman") {
    const s = decimal((fastest_ms ?? 0) / 1000);
    return n === 1 ? t("One answer faster than a human ({s} s)", { s }) : t("{n} answers faster than a human, the fastest {s} s", { n, s });
  }
  if (reason === "device") return t("{n} fans from one address with the same browser: perhaps one device", { n });
  return t("The name looks like the operator's: {name}", { name: like ?? "" });
}

/** @param {Desk} desk @param {View} view @param {DeskPage} page */
export function peopleView(desk, view, page) {
  const rows = (view.search || view.flagged) && view.found ? view.found : desk.people;
  return html`
    <article class="card card--list">
      <header class="card__head"><h2>${t("People")}</h2>
        <button type="button" class="quiet" id="flagged" aria-pressed=${view.flagged} @click=${() => void lookAgain(page)}>${t("Flagged")}</button>
        <input type="search" id="people-search" class="field-text" placeholder=${t("Search a name")} aria-label=${t("Search a name")} .value=${view.search}
          @input=${(/** @type {InputEvent} */ event) => look(page, /** @type {HTMLInputElement} */ (event.target).value)}></header>
      ${rows.length === 0 ? html`<p class="soft">${view.flagged ? t("Nobody is flagged") : view.search ? t("Nobody of that name") : t("Nobody is in yet")}</p>` : html`
        <ul class="persons">${repeat(rows, (each) => each.fan, (each) => personView(each, page))}</ul>`}
    </article>`;
}

/** @param {Person} each @param {DeskPage} page */
const personView = (each, page) => html`
  <li class="person"><i class=${each.connected ? "dot dot--on" : "dot"} title=${each.connected ? t("connected") : t("away")}></i>
    <span class="person__name">${named(each.name)}${each.own ? html` <small class="soft">${t("own name: {name}", { name: each.own })}</small>` : nothing}
      ${each.why ? html`<small class="person__why">${each.why.map((why) => html`<span>${whyWords(why)}</span>`)}</small>` : nothing}</span>
    <span class="num soft">${number(each.score)}</span>
    <span class="person__acts"><button type="button" class="quiet" @click=${() => openRenaming(page, each)}>${t("Name …")}</button>
    ${hold(t("Kick"), () => void remove(page, "kick", each.fan), { title: t("Hold for a second: out of this run") })}
    ${hold(t("Ban"), () => void remove(page, "ban", each.fan), { title: t("Hold for a second: out of the whole campaign") })}</span></li>`;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let searching;

/** @param {DeskPage} page @param {string} search */
function look(page, search) {
  page.set({ search, flagged: false, found: search ? page.view.found : null });
  clearTimeout(searching);
  if (search.trim()) searching = setTimeout(() => void find(page, search.trim()), 250);
}

/** @param {DeskPage} page @param {string} search */
async function find(page, search) {
  const ack = await page.wire.ask("people", { search }).catch(() => null);
  if (page.view.search.trim() !== search) return;
  if (ack?.people) page.set({ found: ack.people });
  else page.set({ note: ackWords(ack) });
}

/** Names have changed: what is shown is asked for again. @param {DeskPage} page */
async function findAgain(page) {
  const { search, flagged } = page.view;
  if (flagged) await showFlagged(page);
  else if (search.trim()) await find(page, search.trim());
}

/** @param {DeskPage} page @param {"kick" | "ban"} event @param {string} fan */
async function remove(page, event, fan) {
  const ack = await page.act(event, { fan });
  if (ack?.outcome === "removed" && page.view.found) page.set({ found: page.view.found.filter((each) => each.fan !== fan) });
}

/** @param {DeskPage} page */
async function showFlagged(page) {
  const ack = await page.wire.ask("flagged", {}).catch(() => null);
  if (ack?.people) page.set({ flagged: true, search: "", found: ack.people });
  else page.set({ note: ackWords(ack) });
}

/** Those flagged now, or everybody again. @param {DeskPage} page */
async function lookAgain(page) {
  if (page.view.flagged) page.set({ flagged: false, found: null });
  else await showFlagged(page);
}

/** @param {DeskPage} page @param {Person} person */
function openRenaming(page, { fan, name, own }) {
  page.set({ dialog: { kind: "rename", fan, before: own ?? "", name, note: "" } });
}

/** @param {DeskPage} page @param {Renaming} dialog @param {string} event @param {Record<string, unknown>} data */
async function call(page, dialog, event, data) {
  const ack = await page.act(event, { fan: dialog.fan, ...data });
  if (ack?.outcome === "moved") {
    page.close();
    toTheDesk();
    await findAgain(page);
  } else page.set({ dialog: { ...dialog, note: ackWords(ack).text } });
}

/** @param {Renaming} dialog @param {DeskPage} page */
export const renamingView = (dialog, page) => html`
  <form class="ask-key" method="dialog" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void call(page, dialog, "rename", { name: dialog.name }); }}>
    <h2>${t("The name of a fan")}</h2>
    <p class="soft">${t("It changes on every phone and screen at once, and the record keeps who did it. The fan cannot change it back.")}</p>
    ${dialog.note ? html`<p class="bar bar--bad" role="alert">${dialog.note}</p>` : nothing}
    <label class="why">${t("New name")}
      <input class="field-text" id="new-name" maxlength="60" autocomplete="off" .value=${dialog.name}
        @input=${(/** @type {InputEvent} */ event) => page.set({ dialog: { ...dialog, name: /** @type {HTMLInputElement} */ (event.target).value } })}></label>
    <p class="sheet__end"><button type="button" class="quiet" @click=${() => page.close()}>${t("Back")}</button>
      ${dialog.before ? html`<button type="button" class="plain" @click=${() => void call(page, dialog, "hide", { hidden: false })}>${t("Own name back: {name}", { name: dialog.before })}</button>` : nothing}
      <button type="button" class="plain" @click=${() => void call(page, dialog, "hide", { hidden: true })}>${t("Hide it: a number instead")}</button>
      <button type="submit" class="plain plain--strong" ?disabled=${!dialog.name.trim()}>${t("Rename")}</button></p>
  </form>`;
