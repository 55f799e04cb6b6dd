/**
 * The desk's wire, and what to do when its session has ended while the show runs: log in on the spot. Everything else stays as it is, what was
 * being typed into a dialog too; only the wire is put up again. Rejected: the way over the login page, which loses that.
 */

import { html } from "lit-html";
import { connect } from "../shared/socket.js";
import { t } from "../shared/words.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */

/** Puts the wire up: at the beginning, and after a login on the spot. @param {DeskPage} page */
export function dial(page) {
  page.view = { ...page.view, refused: "", note: { text: "", good: true } };
  return connect("/operators", { run: page.run }, {
    packets: { desk: (data) => page.take(data) },
    link: (link) => page.set({ link }),
    refused: (refused) => page.set({ refused, link: "offline" }),
  });
}

/** @param {string} note what came of the last try @param {DeskPage} page */
export const loginView = (note, page) => html`
  <form class="bar bar--bad login-again" role="alert" @submit=${(/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void knock(/** @type {HTMLFormElement} */ (event.currentTarget), page);
  }}>
    <p>${note || t("This desk was logged out. The show runs on; log in, and everything is where it was.")}</p>
    <input class="field-text" name="name" maxlength="80" required autocomplete="username" autocapitalize="off" spellcheck="false" placeholder=${t("Name")} aria-label=${t("Name")}>
    <input class="field-text" name="password" type="password" required autocomplete="current-password" placeholder=${t("Password")} aria-label=${t("Password")}>
    <button type="submit" class="plain plain--strong">${t("Log in")}</button>
  </form>`;

/** The login page's own form, sent from here. @param {HTMLFormElement} form @param {DeskPage} page */
async function knock(form, page) {
  const body = new FormData(form);
  const token = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="csrf_token"]'));
  body.set("csrf_token", token?.value ?? "");
  body.set("next", location.pathname);
  const answer = await fetch("/login", { method: "POST", body }).catch(() => null);
  if (answer?.ok) page.wire = dial(page);
  else page.set({ note: { text: doorWords(answer?.status), good: false } });
}

/** @param {number | undefined} status */
function doorWords(status) {
  if (status === 403) return t("Name and password do not belong together.");
  if (status === 429) return t("Too many tries. Wait a minute.");
  return t("Not sent: there is no connection.");
}
