/** The campaign's logo, if its theme has one: the page says where it is. */
import { html, nothing } from "lit-html";

/** @param {string} classes */
export function logo(classes) {
  const source = /** @type {HTMLElement | null} */ (document.querySelector("[data-logo]"))?.dataset["logo"];
  return source ? html`<img class=${classes} src=${source} alt="">` : nothing;
}
