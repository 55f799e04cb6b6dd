/** What stands inside a badge's arch, drawn with one line each. */
import { html, nothing, render } from "lit-html";

/** @type {Record<string, [number, string]>} element whose colour it wears, path on a 24 grid */
const DRAWN = {
  took_part: [4, "M8.500 4.700A8.300 8.300 0 1 0 15.500 4.700"],
  first_blood: [0, "M12 2.500c3.200 4.300 6.300 7.600 6.300 11.500a6.300 6.300 0 0 1-12.600 0c0-3.900 3.100-7.200 6.300-11.500zM10.800 12.200l1.500-1.200v6"],
  perfect: [3, "M2.500 12.500l4 4.500 6.500-10M11 16l1.500 1.500 8-10.500"],
  fastest: [5, "M13.500 2.500L5 13.500h6l-1 8 8.500-11.500h-6z"],
  survivor: [2, "M12 2.500l7.800 2.800v5.500c0 5-3.300 8.600-7.800 10.400-4.500-1.800-7.800-5.400-7.800-10.400V5.300zM8.700 11.800l2.400 2.400 4.400-4.800"],
  level: [0, "M4.500 21V11.500a7.500 7.500 0 0 1 15 0V21M9.500 21v-8a2.500 2.500 0 0 1 5 0v8"],
  road: [3, "M6 21.500c0-5.500 12-4.500 12-10S8 7.500 8 2.500M14 4.500l2-2 2 2"],
  streak: [5, "M12 21.500c-4 0-6.500-2.700-6.500-6.300 0-4.700 4.500-6.200 5-12.700 4.500 2.700 8 7 8 12.200 0 4-2.500 6.800-6.500 6.800zM12 21.500c-2-1.500-2-4.500 0-6.500 2 2 2 5 0 6.500"],
  top: [1, "M12 2.800l2.800 5.900 6.400.8-4.700 4.400 1.200 6.400-5.700-3.100-5.700 3.100 1.200-6.400L2.800 9.500l6.400-.8z"],
  author: [2, "M4 20.500l1-4.500L16.500 4.500l3.500 3.500L8.500 19.500zM14 7l3.500 3.500"],
  top3: [1, "M9 21V8a3 3 0 0 1 6 0v13M3 21v-5a3 3 0 0 1 6 0M15 21v-3a3 3 0 0 1 6 0"],
};

/** A quiz's badges come in families: level:3, streak:7. @param {string} code */
const drawn = (code) => DRAWN[code.split(":")[0] ?? ""];

/** @param {string} code @returns {string | undefined} on a 24 grid */
export const badgePath = (code) => drawn(code)?.[1];

/** @param {string} code */
export function badgeMark(code) {
  const path = badgePath(code);
  return path ? html`<svg class="badge__mark" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>` : nothing;
}

/** @param {string} code */
export const badgeElement = (code) => drawn(code)?.[0] ?? 3;

/** The own page is the server's; its badges get their drawings here and stand as letters without. */
export function drawBadges() {
  for (const shape of document.querySelectorAll("[data-badge]")) {
    const code = shape instanceof HTMLElement ? (shape.dataset["badge"] ?? "") : "";
    if (!drawn(code)) continue;
    shape.replaceChildren();
    shape.setAttribute("data-el", String(badgeElement(code)));
    render(badgeMark(code), /** @type {HTMLElement} */ (shape));
  }
}
