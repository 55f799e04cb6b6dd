/** The page of a fan that was sent away: taken over by another tab, out of the run, no room, nothing there any more. */
import { html } from "lit-html";

import { gate } from "./gate.js";
import { t } from "./words.js";

/** What may have changed when the page is loaded again. */
const PASSING = ["replaced", "full"];

/** @param {{local: {removed: string | null}}} view */
export function removed({ local: { removed: reason } }) {
  const [word, sentence] = removedWords(reason);
  const again = reason === "full" ? t("Try again") : t("Play here instead");
  return html`<section class="full" role="alert">
    ${gate({ key: "removed", motion: "shut", classes: "gate--wide" })}
    <h1 tabindex="-1" data-focus>${word}</h1>
    <p class="soft">${sentence}</p>
    ${PASSING.includes(reason ?? "")
      ? html`<button class="button button--main" type="button" @click=${() => location.reload()}>${again}</button>`
      : html`<a class="button" href="/">${t("To the start page")}</a>`}
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
