/** The badge worn beside a name: a small arch in its element's colour. An honour to be seen; who holds which says the own page. */
import { html, nothing } from "lit-html";

import { badgeElement, badgeMark } from "../fans/badges.js";

/** @param {string | null | undefined} badge */
export const worn = (badge) => badge ? html`<span class="worn" data-el=${badgeElement(badge)} aria-hidden="true">${badgeMark(badge)}</span>` : nothing;
