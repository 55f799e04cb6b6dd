/** Estimation: a number by slider, by hand, or by small steps; sent when locked in. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { middleOf, snap, stepBetween } from "../fans/model.js";
import { decimal, pick, t } from "../shared/words.js";
import { lockIn } from "./question.js";

/** @param {import("./model.js").Model} view @param {import("./contract").Question} question @param {import("./model.js").Actions} act */
export function estimateDeck(view, question, act) {
  const low = question.low ?? 0;
  const high = question.high ?? 100;
  const step = stepBetween(low, high);
  const value = view.value ?? middleOf(low, high);
  const unit = pick(question.unit);
  const off = view.phase !== "open";
  /** @param {number} by */
  const nudge = (by) => () => act.estimate(snap(value + by * step, low, high, step));
  /** @param {Event} event */
  const typed = (event) => {
    const text = /** @type {HTMLInputElement} */ (event.target).value;
    if (text !== "" && Number.isFinite(Number(text))) act.estimate(Number(text));
  };
  /** @param {KeyboardEvent} event */
  const enter = (event) => {
    if (event.key === "Enter") act.lockIn();
  };
  return html`<div class="deck deck--estimate ${off ? "deck--done" : ""}">
    <div class="dial">
      <button class="dial__step" type="button" ?disabled=${off} aria-label=${t("Less")} @click=${nudge(-1)}>−</button>
      <label class="dial__value">
        <span class="visually-hidden">${t("Your estimate")}</span>
        <input class="num" type="number" inputmode="decimal" step="any" .value=${String(value)} ?disabled=${off} @input=${typed} @keydown=${enter} />
        <span class="dial__unit">${unit}</span>
      </label>
      <button class="dial__step" type="button" ?disabled=${off} aria-label=${t("More")} @click=${nudge(1)}>+</button>
    </div>
    <div class="rail">
      <input type="range" min=${low} max=${high} step=${step} .value=${live(String(value))} ?disabled=${off} aria-label=${t("Your estimate")}
        .style=${`--part:${(Math.min(high, Math.max(low, value)) - low) / (high - low || 1)}`} @input=${typed} />
      <p class="rail__ends num soft"><span>${decimal(low)}</span><span>${decimal(high)} ${unit}</span></p>
    </div>
    ${lockIn(view, act, false)}
  </div>`;
}
