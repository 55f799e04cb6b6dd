/**
 * A button that must be held for a second, by finger, mouse, space or enter: everything that cannot be taken back.
 * The fill that grows is a transition in desk/hold.css; letting go, leaving or losing focus takes it back.
 */

import { html } from "lit-html";

export const HOLD_MS = 1000;

/** @type {WeakMap<EventTarget, ReturnType<typeof setTimeout>>} */
const held = new WeakMap();

/** @param {Event} event @param {() => void} done */
function begin(event, done) {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  if (held.has(button) || button.disabled) return;
  button.classList.add("hold--on");
  held.set(button, setTimeout(() => {
    letGo(button);
    done();
  }, HOLD_MS));
}

/** @param {HTMLElement} button */
function letGo(button) {
  clearTimeout(held.get(button));
  held.delete(button);
  button.classList.remove("hold--on");
}

/** @param {Event} event */
const release = (event) => letGo(/** @type {HTMLElement} */ (event.currentTarget));

/**
 * @param {string} label @param {() => void} done
 * @param {{title?: string, disabled?: boolean, classes?: string}} [options]
 */
export function hold(label, done, { title = "", disabled = false, classes = "" } = {}) {
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) begin(event, done);
  };
  return html`<button type="button" class="hold ${classes}" title=${title} ?disabled=${disabled}
    @pointerdown=${(/** @type {PointerEvent} */ event) => event.button === 0 && begin(event, done)}
    @pointerup=${release} @pointerleave=${release} @pointercancel=${release} @blur=${release}
    @keydown=${key} @keyup=${release} @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}
    ><span>${label}</span></button>`;
}
