/**
 * The hall as one light: every phone pulses once at the opening and once at the reveal, at the same instant of the server's
 * clock, however long the packet was on its way to each of them. Both instants stand in the packet, ahead of time.
 *
 * The pulse is one CSS animation with a delay (css/fans/light.css): nothing runs per frame. Whose packet came during the pulse
 * joins in it where it is; who comes later, by a reload or out of a tunnel, is not flashed at alone.
 */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { first } from "../shared/gate.js";
import { lastToFall, verdictOf } from "./reveal.js";

/** @typedef {import("./model.js").Model} Model */

/** The pulse's length, as in the stylesheet. */
export const PULSE_MS = 600;

/**
 * The pulse that is due or to come in this picture; `wait` ms from now, negative once it has begun.
 * @param {Model} view @returns {{key: string, tone: string, wait: number} | null}
 */
export function lightOf(view) {
  const { round, reveal } = view.state.scene ?? {};
  const at = view.phase === "open" ? round?.opens_ms : view.phase === "reveal" ? reveal?.light_ms : null;
  if (typeof at !== "number" || view.now >= at + PULSE_MS) return null;
  return { key: `${view.phase} ${round?.id} ${at}`, tone: view.phase === "open" ? "open" : toneOf(view), wait: at - view.now };
}

/** Gold for who alone had it, so that the camera finds them. @param {Model} view */
function toneOf(view) {
  const { reveal } = view.state.scene ?? {};
  const verdict = verdictOf(view);
  if (lastToFall(view) || (verdict === "right" && reveal?.right === 1 && reveal.answered > 1)) return "gold";
  return verdict === "right" || verdict === "close" ? "right" : "dim";
}

/**
 * Puts the pulse on its instant once it is in the page: a slow phone has spent time on drawing the rest meanwhile, and our
 * reading of the server's clock may have become better since.
 * @param {HTMLElement} root @param {Model} view @param {number} own our clock when the view was made
 */
export function onTime(root, view, own) {
  const due = lightOf(view);
  if (!due) return;
  for (const pulse of root.querySelector(".light")?.getAnimations?.() ?? []) {
    pulse.startTime = own + due.wait - Number(pulse.effect?.getComputedTiming().delay ?? 0);
  }
}

/** @param {Model} view */
export function light(view) {
  const due = lightOf(view);
  if (!due) return nothing;
  return keyed(due.key, html`<div class="light light--${due.tone}" .style=${first(`--wait:${due.wait.toFixed(1)}ms`)} aria-hidden="true"></div>`);
}
