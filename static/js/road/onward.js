/** The one big button that leads on, always at the foot of the screen. */
import { html, nothing } from "lit-html";

/** @param {import("./model.js").Model} view @param {string} word @param {() => void} act @param {boolean} [busy] on its way @param {unknown} [beside] @param {unknown} [note] */
export function onward(view, word, act, busy = false, beside = nothing, note = nothing) {
  return html`<div class="onward">
    ${note === nothing ? nothing : html`<p class="onward__note soft">${note}</p>`}
    <button class="button button--main" type="button" data-onward data-focus ?disabled=${!view.armed} aria-busy=${busy} @click=${act}>${word}</button>
    ${beside}
  </div>`;
}
