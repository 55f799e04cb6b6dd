/** What lies over the scenes: the brand, which the panic key puts on every screen, and the pause. */

import { html, nothing, svg } from "lit-html";
import { logo } from "../shared/logo.js";
import { goesOnIn, leftThen } from "../shared/still.js";
import { pick, t } from "../shared/words.js";
import { counter, frame } from "./pieces.js";

/** @typedef {import("./pieces.js").Show} Show */

/** The gate, standing open at the top. */
const GATE = svg`<path d="M50 95A45 45 0 0 1 29 10.200"/><path d="M50 95A45 45 0 0 0 71 10.200"/>`;

/** The campaign's name in the gate, in its colour, and nothing else. @param {Show} show */
export const brand = (show) => html`
  <div class="scene scene--brand">
    <div class="body brand">
      <svg class="brand__gate" viewBox="0 0 100 100" aria-hidden="true">${GATE}</svg>
      <div class="still still--inside">${logo("brand__logo")}<h1>${pick(show.scene.run.title)}</h1></div>
    </div>
  </div>`;

/** The gate is shut. @param {Show} show */
export function paused(show) {
  const soon = goesOnIn(show.scene, show.now);
  const left = leftThen(show.scene);
  return frame(show, html`
    <div class="brand">
      <svg class="brand__gate brand__gate--shut" viewBox="0 0 100 100" aria-hidden="true"><circle cx="50" cy="50" r="45"/></svg>
      <div class="still still--inside"><h1>${soon > 0 ? t("It goes on in {s} s", { s: soon }) : t("Paused")}</h1>
      <p>${left === 0 ? t("Nobody misses anything.") : t("{s} s are left then, for everybody alike.", { s: left })}</p></div>
    </div>`, { name: "paused", middle: show.scene.round ? counter(show.scene.round) : nothing });
}
