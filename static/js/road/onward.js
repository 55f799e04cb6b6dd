/** The one big button that leads on, always at the foot of the screen. */
import { html, nothing } from "lit-html";

/** @param {import("./model.js").Model} view @param {string} word @param {() => void} act @param {boolean} [busy] on its way @param {unknown} [beside] */
export function onward(view, word, act, busy = false, beside = nothing) {
  return html`<div class="onward">
    <button class="button button--main" type="button" data-onward data-focus ?disabled=${!view.armed} aria-busy=${busy} @click=${act}>${word}</button>
    ${beside}
  </div>`;
}
