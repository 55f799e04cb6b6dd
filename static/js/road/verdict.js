/** The verdict on one answer: what it was, what it brought, why, and how the time was counted. One button leads on. */
import { html, nothing } from "lit-html";
import { classMap } from "lit-html/directives/class-map.js";

import { seal, sign } from "../fans/pieces.js";
import { decimal, pick, seconds, t } from "../shared/words.js";
import { ghost } from "./duel.js";
import { busy, gainWord } from "./said.js";
import { onward } from "./onward.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./contract").Verdict} Verdict */

/** @param {Model} view @param {import("./model.js").Actions} act */
export function verdict(view, act) {
  const told = view.state.play?.verdict;
  if (!told) return nothing;
  const kind = told.right ? "right" : told.said ? "wrong" : "silent";
  return html`<section class="told told--${kind}">
    <div class="verdict verdict--${kind}">
      <span class="verdict__seal">${sign(kind)}</span>
      <h1 class="verdict__word num">${gainWord(told.gained)}</h1>
      <p class="verdict__line">${how(view, told)}</p>
    </div>
    <h2 class="told__asked">${pick(told.question.text)}</h2>
    ${told.question.kind === "estimate" ? scale(told) : bars(told)}
    <p class="told__why">${pick(told.explanation)}</p>
    ${told.author ? html`<p class="soft">${t("Question by {name}", { name: told.author })}</p>` : nothing}
    ${ghost(view)} ${fairness(view, told)}
    ${onward(view, nextWord(view), act.next, view.local.pending?.event === "ask")}
  </section>`;
}

/** @param {Model} view @param {Verdict} told */
function how({ state: { play } }, told) {
  if (told.late) return t("It came after the close: counted as no answer.");
  if (!told.said) return t("No answer counts as a wrong one.");
  if (!told.right) return t("The row ends here.");
  return (play?.combo ?? 0) > 1 ? t("{n} in a row", { n: play?.combo ?? 0 }) : t("That was it.");
}

/** @param {Model} view */
function nextWord(view) {
  const { play } = view.state;
  if (play?.state === "verdict") return busy(view, "ask", t("Next question"), t("Opening the next question…"));
  return play?.state === "passed" ? t("Through the gate") : t("Go on");
}

/** @param {Verdict} told */
function bars(told) {
  const own = told.said?.places ?? [];
  return html`<ol class="bars">
    ${told.question.choices.map((text, place) => {
      const right = told.key.places?.includes(place) ?? false;
      return html`<li class=${classMap({ bar: true, "bar--right": right, "bar--mine": own.includes(place), "bar--other": !right && !own.includes(place) })} data-el=${place}>
        ${seal(place, "seal--small")}
        <span class="bar__text">${pick(text)} ${own.includes(place) ? html`<em class="bar__own">${t("yours")}</em>` : nothing}</span>
        ${right ? html`<span class="bar__sign">${sign("right")}<span class="visually-hidden">${t("right answer")}</span></span>` : own.includes(place) ? html`<span class="bar__sign bar__sign--wrong">${sign("wrong")}</span>` : html`<span></span>`}
      </li>`;
    })}
  </ol>`;
}

/** An estimate on its scale: where it is, how far the margin reaches, where we were. @param {Verdict} told */
function scale({ question, key, said }) {
  if (key.value === null) return nothing;
  const low = question.low ?? 0;
  const high = question.high ?? 1;
  /** @param {number} value */
  const at = (value) => Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
  const unit = pick(question.unit);
  const margin = key.margin ?? 0;
  return html`<div class="scale">
    <p class="scale__value num">${decimal(key.value)}<small> ${unit}</small></p>
    <div class="scale__bins scale__bins--own" aria-hidden="true">
      <span class="scale__margin" .style=${`--at:${at(key.value - margin)};--to:${at(key.value + margin)}`}></span>
      <span class="scale__pin scale__pin--right" .style=${`--at:${at(key.value)}`}></span>
      ${typeof said?.value === "number" ? html`<span class="scale__pin scale__pin--mine" .style=${`--at:${at(said.value)}`}></span>` : nothing}
    </div>
    <p class="rail__ends num soft"><span>${decimal(low)}</span><span>${decimal(high)} ${unit}</span></p>
    <p class="scale__own">${typeof said?.value === "number" ? html`${t("Your estimate")}: <b class="num">${decimal(said.value)} ${unit}</b> · ` : nothing}
      <span class="num">${t("within {n} is right", { n: `±${decimal(margin)}` })}</span></p>
  </div>`;
}

/** 0.842 s − 0.046 s network = 0.796 s · receipt. @param {Model} view @param {Verdict} told */
function fairness({ state }, told) {
  if (!told.said) return nothing;
  const unit = t("s");
  return html`<p class="fair num">
    <span>${seconds(told.raw_ms)} ${unit}</span> <span>− ${seconds(told.network_ms)} ${unit} ${t("network")}</span>
    <b>= ${seconds(told.elapsed_ms)} ${unit}</b>
    ${told.receipt ? html`<span class="fair__receipt">${t("receipt")} <b>${told.receipt}</b></span>` : nothing}
    ${state.play?.practice ? html`<span class="fair__receipt">${t("Practice: no points, no board.")}</span>` : nothing}
  </p>`;
}
