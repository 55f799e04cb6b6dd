/** Estimation: a number by slider, by hand, or by small steps; sent when locked in. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { decimal, pick, t } from "../shared/words.js";
import { middleOf, snap, stepBetween } from "./model.js";

/** @param {import("./model.js").Model} view @param {import("./model.js").Actions} act */
export function estimateDeck(view, act) {
  const round = view.state.scene?.round;
  const low = round?.low ?? 0;
  const high = round?.high ?? 100;
  const step = stepBetween(low, high);
  const value = view.value ?? middleOf(low, high);
  const unit = pick(round?.unit);
  const off = !view.playing;
  const shut = view.phase === "announced";
  /** @param {number} by */
  const nudge = (by) => () => act.estimate(snap(value + by * step, low, high, step));
  /** @param {Event} event */
  const typed = (event) => {
    const text = /** @type {HTMLInputElement} */ (event.target).value;
    // An emptied field is somebody about to type: the value stays until there is another.
    if (text !== "" && Number.isFinite(Number(text))) act.estimate(Number(text));
  };
  return html`<div class="deck deck--estimate ${shut ? "deck--shut" : ""} ${off && !shut ? (view.phase === "closed" && !view.answered ? "deck--missed" : "deck--done") : ""}">
    <div class="dial">
      <button class="dial__step" type="button" ?disabled=${off} aria-label=${t("Less")} @click=${nudge(-1)}>−</button>
      <label class="dial__value">
        <span class="visually-hidden">${t("Your estimate")}</span>
        <input class="num" type="number" inputmode="decimal" step="any" .value=${String(value)} ?disabled=${off}
          aria-invalid=${view.outside} .style=${`--chars:${Math.max(3, String(value).length)}`}
          @input=${typed} @keydown=${enter(act)} />
        <span class="dial__unit" aria-live="polite">${view.outside ? html`<b>${t("between {low} and {high}", { low: decimal(low), high: decimal(high) })}</b>` : unit}</span>
      </label>
      <button class="dial__step" type="button" ?disabled=${off} aria-label=${t("More")} @click=${nudge(1)}>+</button>
    </div>
    <div class="rail">
      <input type="range" min=${low} max=${high} step=${step} .value=${live(String(value))} ?disabled=${off}
        aria-label=${t("Your estimate")} .style=${`--part:${(Math.min(high, Math.max(low, value)) - low) / (high - low || 1)}`}
        @input=${typed} />
      <p class="rail__ends num soft"><span>${decimal(low)}</span><span>${decimal(high)} ${unit}</span></p>
    </div>
  </div>`;
}

/** @param {import("./model.js").Actions} act */
const enter = (act) => (/** @type {KeyboardEvent} */ event) => {
  if (event.key === "Enter") act.lockIn();
};
