/**
 * A buzzer question on the screen: who pressed first, and whose word it is now. The line grows as presses come; what was
 * said is marked beside the name, by sign and word.
 */

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { saidIt, speaking } from "../shared/buzz.js";
import { named } from "../shared/named.js";
import { t } from "../shared/words.js";
import { seconds } from "./pieces.js";

/** @typedef {import("../shared/contract").Buzz} Buzz */

/** @param {Buzz | null | undefined} buzz */
export function buzzed(buzz) {
  const rows = buzz?.rows ?? [];
  if (rows.length === 0) return html`<div class="buzz"><p class="buzz__wait"><b>${t("Buzz")}</b><span>${t("The first to press may speak")}</span></p></div>`;
  const now = speaking(buzz ?? null);
  return html`<div class="buzz">
    <ol class="buzz__rows">${repeat(rows, (row) => row.fan, (row) => html`
      <li class="buzz__row ${row === now ? "buzz__row--now" : ""} ${row.right === null ? "" : row.right ? "buzz__row--right" : "buzz__row--wrong"}">
        <span class="place num">${row.rank}</span><span class="name">${named(row.name)}</span>
        <span class="buzz__mark">${row === now ? t("has the word") : row.right === null ? nothing : row.right ? html`✓ ${t("Right")}` : html`✗ ${t("Wrong")}`}</span>
        <span class="buzz__time num">${t("{s} s", { s: seconds(row.elapsed_ms) })}</span>
      </li>`)}
    </ol></div>`;
}

/** What a closed buzzer waits for. @param {Buzz | null | undefined} buzz @param {string} waiting @returns {[unknown, unknown]} */
export function heard(buzz, waiting) {
  const now = speaking(buzz ?? null);
  const right = saidIt(buzz);
  if (now) return [named(now.name), t("has the word")];
  if (right) return [named(right.name), t("was right")];
  if (waiting === "key") return [t("The gate is closed"), buzz?.rows.length ? t("Nobody is left to be asked") : t("Nobody pressed.")];
  return [t("The gate is closed"), t("Nobody had it")];
}
