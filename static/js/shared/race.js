/**
 * The race of a round: a lane for each choice, time from left to right, a dot for each step in which somebody gave it, its
 * area their number. On the screen and on the phone the same drawing; on the phone one more dot is the fan's own.
 *
 * Dots stand in percent of their lane and in em of its height, so one drawing fits every width.
 */
import { html, nothing, svg } from "lit-html";

import { mark } from "./elements.js";
import { t } from "./words.js";

/** @typedef {import("./contract").Race} Race */

/** Small halls: one answer is a dot among dots, not a full lane. */
const FEW = 4;
const [SMALLEST, LARGEST] = [0.13, 0.46];

/**
 * @param {Race} race
 * @returns {{at: number, size: number}[][]} per lane its dots: `at` in percent of the width, `size` (radius) in heights of a lane
 */
export function dotsOf({ lanes }) {
  const most = Math.max(FEW, ...lanes.map((lane) => Math.max(...lane)));
  return lanes.map((lane) => lane.flatMap((count, bin) => count === 0 ? [] : [{
    at: (100 * (bin + 0.5)) / lane.length,
    size: SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(count / most),
  }]));
}

/** Where an own time stands, in percent; past its end at its end. @param {number} elapsed @param {Race} race */
export const whenOf = (elapsed, { until_ms: until }) => Math.max(0, Math.min(100, (100 * elapsed) / until));

/**
 * @param {Race} race @param {readonly number[]} order of the lanes, top to bottom
 * @param {{places: readonly number[], elapsed_ms: number} | null} [own]
 */
export function raceStrip(race, order, own = null) {
  const dots = dotsOf(race);
  const seconds = (/** @type {number} */ ms) => t("{s} s", { s: ms / 1000 });
  return html`<figure class="race" role="img" aria-label=${t("When which answer was given, all of them")}>
    ${order.map((place) => html`<div class="race__lane" data-el=${place}>
      ${mark(place, "race__mark")}
      <svg class="race__run" aria-hidden="true">
        ${dots[place]?.map(({ at, size }) => svg`<circle cx=${`${at.toFixed(2)}%`} cy="50%" r=${`${size.toFixed(3)}em`} />`)}
        ${own?.places.includes(place) ? svg`<circle class="race__own" cx=${`${whenOf(own.elapsed_ms, race).toFixed(2)}%`} cy="50%" r="0.4em" />` : nothing}
      </svg>
    </div>`)}
    <figcaption class="race__ends num" aria-hidden="true"><span>${seconds(0)}</span>${own
      ? html`<span class="race__you"><i></i>${t("you")}</span>` : nothing}<span>${seconds(race.until_ms)}</span></figcaption>
  </figure>`;
}
