/**
 * The gate: a ring whose two leaves close upwards around what is inside. Looks stand in css/gate.css.
 *
 * Its motion is one CSS animation begun at the right place by a negative delay: nothing runs per frame, and a page
 * that was asleep draws it right when it is rendered anew. The timing is fixed when the gate appears (`keyed`), so
 * that later renders do not push it.
 */
import { html } from "lit-html";
import { Directive, directive } from "lit-html/directive.js";
import { keyed } from "lit-html/directives/keyed.js";

/** How far time has gone, 0…1. @param {number} from @param {number} to @param {number} now */
export const gone = (from, to, now) => (to <= from ? 1 : Math.max(0, Math.min(1, (now - from) / (to - from))));

/** Whole seconds left as shown on a countdown: 3 until the third-last second is over.
 * @param {number} until @param {number} now */
export const secondsLeft = (until, now) => Math.max(0, Math.ceil((until - now) / 1000));

/** Keeps the first value it was given for as long as its element lives. */
export const first = directive(
  class extends Directive {
    /** @type {string | undefined} */
    value;
    /** @param {string} value */
    render(value) {
      return (this.value ??= value);
    }
  },
);

/**
 * @param {{key: string, motion: "run" | "opening" | "shut" | "still", from?: number, to?: number, now?: number,
 *   inside?: unknown, classes?: string}} gate  from, to, now in ms of one clock
 */
export function gate({ key, motion, from = 0, to = 0, now = 0, inside = "", classes = "" }) {
  const style = motion === "run" || motion === "opening" ? `--gate-span:${to - from}ms;--gate-delay:${from - now}ms` : "";
  return keyed(
    `${key} ${motion}`,
    html`<div class="gate gate--${motion} ${classes}" .style=${first(style)}>
      <span class="gate__rail"></span>
      <span class="gate__half gate__half--left"><span class="gate__leaf"></span></span>
      <span class="gate__half gate__half--right"><span class="gate__leaf"></span></span>
      <div class="gate__inside num">${inside}</div>
    </div>`,
  );
}
