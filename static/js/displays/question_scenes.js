/**
 * A question on the screen: the sentence alone before a shut gate; the gate opens on the choices at the common instant;
 * after the close the choices stand still and the screen says what is being waited for.
 */

import { html, nothing } from "lit-html";
import { pictureAt } from "../shared/pictures.js";
import { pick, t } from "../shared/words.js";
import { buzzed, heard } from "./buzz_scene.js";
import { phaseOf, sizeOf } from "./figures.js";
import { answeredOf, counter, emblem, frame, joinCard, number, ring } from "./pieces.js";
import { vars } from "./vars.js";

/** @typedef {import("./pieces.js").Show} Show */

/** @param {any} round */
export const sentence = (round) => {
  const text = pick(round.text);
  return html`<h1 class="ask ask--${sizeOf(text)}">${text}</h1>`;
};

/** What the way of playing asks of people, in a few words. @param {any} round */
export function manner(round) {
  if (round.kind === "buzzer") return t("The first to press may speak");
  if (round.warm_up) return t("Just for fun");
  if (round.rule === "survival") return t("Wrong or silent is out");
  if (round.rule === "first_n") return (round.first_n ?? 1) === 1 ? t("The fastest one takes it all") : t("The fastest {n} take it all", { n: round.first_n });
  if (round.kind === "multiple") return t("More than one is right: all of them count");
  if (round.kind === "estimate") return t("The closer, the more");
  return round.rule === "speed" ? t("Right and fast") : t("Being right is enough");
}

/** QR until the first reveal; nothing afterwards. @param {Show} show */
export const rail = (show) => {
  const { round } = show.scene;
  const phase = show.scene.scene === "open" ? phaseOf(round.opens_ms, round.closes_ms, show.now) : show.scene.scene === "reading" ? "reading" : "over";
  return html`
    <aside class="rail ${show.qrDone ? "rail--alone" : ""}">
      ${ring({ opens: round.opens_ms, closes: round.closes_ms, seconds: round.seconds, phase })}
      ${show.qrDone ? nothing : joinCard(show)}
    </aside>`;
};

/** @param {Show} show */
export function reading(show) {
  const { round } = show.scene;
  return frame(show, html`
    <div class="question">
      ${sentence(round)}
      <div class="pass">
        <i class="pass__leaf pass__leaf--left"></i><i class="pass__leaf pass__leaf--right"></i>
        <i class="pass__seam"></i>
        <p class="pass__words"><span>${manner(round)}</span></p>
      </div>
      <div class="tally"><p>${t("Read. The gate is about to open.")}</p></div>
    </div>
    ${rail(show)}`, { name: "reading", middle: heading(round) });
}

/** @param {any} round */
const heading = (round) => html`${counter(round)}${round.last ? html`<span class="tag tag--hot">${t("Last question")}</span>` : nothing}${
  round.sealed && round.kind !== "buzzer" ? html`<span class="tag">${t("Sealed")}</span>` : nothing}`;

/** @param {Show} show */
export function open(show) {
  const { round } = show.scene;
  const phase = phaseOf(round.opens_ms, round.closes_ms, show.now);
  return frame(show, html`
    <div class="question">
      ${sentence(round)}
      <div class="field">
        ${offered(round, show.joined, show.buzz)}
        <i class="pass__leaf pass__leaf--left ${phase === "lead" ? "" : "pass__leaf--gone"}"></i>
        <i class="pass__leaf pass__leaf--right ${phase === "lead" ? "" : "pass__leaf--gone"}"></i>
        ${phase === "lead" ? html`<i class="pass__seam"></i><p class="pass__words"><span>${manner(round)}</span></p>` : nothing}
      </div>
      ${tally(show, phase)}
    </div>
    ${rail(show)}`, { name: `open is-${phase}`, middle: heading(round) });
}

/** The question's picture, where there is one. @param {any} round */
export const picture = (round) => pictureAt(round.image)
  ? html`<figure class="picture"><img src=${round.image} data-picture=${round.image} alt=${round.image_alt ? pick(round.image_alt) : ""}></figure>`
  : nothing;

/** Every choice keeps room for its count from the opening on, so that no word jumps at the reveal. @param {number} joined */
export const digitsOf = (joined) => vars({ "--digits": number(joined).length });

/** @param {any} round @param {number} joined @param {import("../shared/contract").Buzz | null} [buzz] */
export const offered = (round, joined, buzz) => html`
  <div class="offer ${pictureAt(round.image) ? "offer--image" : ""}">
    ${picture(round)}
    ${round.kind === "buzzer" ? buzzed(buzz) : round.kind === "estimate" ? scale(round) : html`
      <ol class="choices choices--${round.choices?.length ?? 0}" ${digitsOf(joined)}>
        ${(round.choices ?? []).map((/** @type {any} */ words, /** @type {number} */ place) => html`
          <li class="choice" data-el=${place}>${emblem(place)}<span class="choice__text">${pick(words)}</span></li>`)}
      </ol>`}
  </div>`;

/** @param {any} round */
const scale = (round) => html`
  <div class="scale">
    <p class="scale__ask">${t("Your estimate, on your phone")}</p>
    <div class="scale__line"><i></i><i></i><i></i><i></i><i></i></div>
    <p class="scale__ends num"><span>${number(round.low)} ${pick(round.unit)}</span><span>${number(round.high)} ${pick(round.unit)}</span></p>
  </div>`;

/** How many have answered: the line grows, the number moves. @param {Show} show @param {string} phase */
function tally(show, phase) {
  const of = Math.max(show.connected, show.answered);
  const length = of > 0 ? show.answered / of : 0;
  return html`
    <div class="tally" aria-live="off">
      <span class="tally__line"><i ${vars({ "--length": length.toFixed(4) })}></i></span>
      <p class="num">${phase === "over" ? t("Time is up") : phase === "lead" ? t("Get ready")
        : of > 0 ? answeredOf(show.answered, of, show.scene.round.kind) : manner(show.scene.round)}</p>
    </div>`;
}

/** @param {Show} show */
export function closed(show) {
  const { round } = show.scene;
  const words = {
    settling: [t("The gate is closed"), t("Counting every answer")],
    key: [t("The gate is closed"), t("Nobody knows the answer yet. The stage will announce it.")],
    reveal: [t("The gate is closed"), show.answered === 1 ? t("One has answered. And the answer is …") : t("{n} have answered. And the answer is …", { n: number(show.answered) })],
  };
  const [head, line] = round.kind === "buzzer" ? heard(show.buzz, round.waiting ?? "settling") : words[/** @type {keyof typeof words} */ (round.waiting ?? "settling")];
  return frame(show, html`
    <div class="question">
      ${sentence(round)}
      <div class="field">${offered(round, show.joined, show.buzz)}</div>
      <div class="verdict verdict--${round.waiting ?? "settling"}"><b>${head}</b><span>${line}</span></div>
    </div>
    ${rail(show)}`, { name: "closed", middle: heading(round) });
}
