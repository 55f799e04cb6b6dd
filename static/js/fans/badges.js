/** What stands inside a badge's arch, drawn with one line each. */
import { html, nothing, render } from "lit-html";

/** @type {Record<string, [number, string]>} element whose colour it wears, path on a 24 grid */
const DRAWN = {
  took_part: [4, "M8.500 4.700A8.300 8.300 0 1 0 15.500 4.700"],
  first_blood: [0, "M12 2.500c3.200 4.300 6.300 7.600 6.300 11.500a6.300 6.300 0 0 1-12.600 0c0-3.900 3.100-7.200 6.300-11.500zM10.800 12.200l1.500-1.200v6"],
  perfect: [3, "M2.500 12.500l4 4.500 6.500-10M11 16l1.500 1.500 8-10.500"],
  fastest: [5, "M13.500 2.500L5 13.500h6l-1 8 8.500-11.500h-6z"],
  survivor: [2, "M12 2.500l7.800 2.800v5.500c0 5-3.300 8.600-7.800 10.400-4.500-1.800-7.800-5.400-7.800-10.400V5.300zM8.700 11.800l2.400 2.400 4.400-4.800"],
  top3: [1, "M9 21V8a3 3 0 0 1 6 0v13M3 21v-5a3 3 0 0 1 6 0M15 21v-3a3 3 0 0 1 6 0"],
};

/** @param {string} code */
export function badgeMark(code) {
  const path = DRAWN[code]?.[1];
  return path ? html`<svg class="badge__mark" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>` : nothing;
}

/** @param {string} code */
export const badgeElement = (code) => DRAWN[code]?.[0] ?? 3;

/** The own page is the server's; its badges get their drawings here and stand as letters without. */
export function drawBadges() {
  for (const shape of document.querySelectorAll("[data-badge]")) {
    const code = shape instanceof HTMLElement ? (shape.dataset["badge"] ?? "") : "";
    if (!DRAWN[code]) continue;
    shape.replaceChildren();
    shape.setAttribute("data-el", String(badgeElement(code)));
    render(badgeMark(code), /** @type {HTMLElement} */ (shape));
  }
}
