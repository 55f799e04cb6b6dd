/** The season closed in the middle of a play. */
import { html } from "lit-html";

import { gate } from "../shared/gate.js";
import { count, t } from "../shared/words.js";

/** @typedef {import("./model.js").Model} Model */

/** @param {Model} view @param {import("./model.js").Actions} act */
export function closed({ state: { play } }, act) {
  return html`<section class="full">
    ${gate({ key: "closed", motion: "shut", classes: "gate--wide" })}
    <h1 tabindex="-1" data-focus>${t("The road has closed")}</h1>
    <p class="soft">${t("Your play ends here. What was safe counts: {n}.", { n: count(play?.banked ?? 0) })}</p>
    <button class="button button--main" type="button" @click=${act.map}>${t("To the map")}</button>
  </section>`;
}
