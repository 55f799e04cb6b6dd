/** Estimation: a number by slider, by hand, or by small steps; sent when locked in. The same in a rush and on the road. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { middleOf, snap, stepBetween } from "./scale.js";
import { decimal, pick, t } from "./words.js";

/**
 * @typedef {object} Dial
 * @property {{low?: number | null, high?: number | null, unit?: import("./contract").Words | null} | null | undefined} scale
 * @property {number | null} value   null: untouched
 * @property {boolean} outside       it lies beyond the ends
 * @property {boolean} off           it cannot be changed
 * @property {string} classes        of the deck
 */

/** @param {Dial} dial @param {{estimate: (value: number) => void, lockIn: () => void}} act @param {unknown} [below] */
export function dial({ scale, value: given, outside, off, classes }, act, below = nothing) {
  const low = scale?.low ?? 0;
  const high = scale?.high ?? 100;
  const step = stepBetween(low, high);
  const value = given ?? middleOf(low, high);
  const unit = pick(scale?.unit ?? null);
  /** @param {number} by */
  const nudge = (by) => () => act.estimate(snap(value + by * step, low, high, step));
  /** @param {Event} event */
  const typed = (event) => {
    const text = /** @type {HTMLInputElement} */ (event.target).value;
    // An emptied field is somebody about to type: the value stays until there is another.
    if (text !== "" && Number.isFinite(Number(text))) act.estimate(Number(text));
  };
  /** @param {KeyboardEvent} event */
  const enter = (event) => void (event.key === "Enter" && act.lockIn());
  return html`<div class="deck deck--estimate ${classes}">
    <div class="dial">
      <button class="dial__step" type="button" ?disabled=${off} aria-label=${t("Less")} @click=${nudge(-1)}>−</button>
      <label class="dial__value">
        <span class="visually-hidden">${t("Your estimate")}</span>
        <input class="num" type="number" inputmode="decimal" step="any" .value=${String(value)} ?disabled=${off}
          aria-invalid=${outside} .style=${`--chars:${Math.max(3, String(value).length)}`}
          @input=${typed} @keydown=${enter} />
        <span class="dial__unit" aria-live="polite">${outside ? html`<b>${t("between {low} and {high}", { low: decimal(low), high: decimal(high) })}</b>` : unit}</span>
      </label>
      <button class="dial__step" type="button" ?disabled=${off} aria-label=${t("More")} @click=${nudge(1)}>+</button>
    </div>
    <div class="rail">
      <input type="range" min=${low} max=${high} step=${step} .value=${live(String(value))} ?disabled=${off}
        aria-label=${t("Your estimate")} .style=${`--part:${(Math.min(high, Math.max(low, value)) - low) / (high - low || 1)}`}
        @input=${typed} />
      <p class="rail__ends num soft"><span>${decimal(low)}</span><span>${decimal(high)} ${unit}</span></p>
    </div>
    ${below}
  </div>`;
}
