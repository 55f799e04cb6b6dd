/** Scenes that end the page: taken over, sent away, closed for good. */
import { html, nothing } from "lit-html";

import { gate } from "../shared/gate.js";
import { count, t } from "../shared/words.js";

/** @typedef {import("./model.js").Model} Model */

/** The season closed in the middle of a play. @param {Model} view @param {import("./model.js").Actions} act */
export function closed({ state: { play } }, act) {
  return html`<section class="full">
    ${gate({ key: "closed", motion: "shut", classes: "gate--wide" })}
    <h1 tabindex="-1" data-focus>${t("The road has closed")}</h1>
    <p class="soft">${t("Your play ends here. What was safe counts: {n}.", { n: count(play?.banked ?? 0) })}</p>
    <button class="button button--main" type="button" @click=${act.map}>${t("To the map")}</button>
  </section>`;
}

/** @param {Model} view */
export function removed({ local }) {
  const [word, sentence] = removedWords(local.removed);
  const back = local.removed === "replaced" || local.removed === "full";
  return html`<section class="full" role="alert">
    ${gate({ key: "removed", motion: "shut", classes: "gate--wide" })}
    <h1 tabindex="-1" data-focus>${word}</h1>
    <p class="soft">${sentence}</p>
    ${back
      ? html`<button class="button button--main" type="button" @click=${() => location.reload()}>${local.removed === "full" ? t("Try again") : t("Play here instead")}</button>`
      : nothing}
    ${back ? nothing : html`<a class="button" href="/">${t("To the start page")}</a>`}
  </section>`;
}

/** @param {string | null} reason @returns {[string, string]} */
function removedWords(reason) {
  switch (reason) {
    case "replaced":
      return [t("Playing in another tab"), t("A newer tab has taken over. Nothing is lost.")];
    case "full":
      return [t("The house is full"), t("Every place is taken just now. This page tries again by itself.")];
    case "no_run":
    case "ended":
      return [t("This run is over"), t("There is nothing to play under this code any more.")];
    case "kicked":
      return [t("You were taken out of this run"), t("The people at the desk have decided so. You cannot come back into it.")];
    case "banned":
      return [t("You were taken out of the campaign"), t("The people at the desk have decided so. Its other runs are closed to you too.")];
    default:
      return [t("This page is out of date"), t("Load it again to play on.")];
  }
}
