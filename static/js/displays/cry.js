/**
 * What the hall cries out: a sentence across the whole screen under the choices, for outcomes that are rare. A gate stands
 * before it, shut against everybody or open for whom it let through, and whoever did it alone stands behind it by name.
 */

import { html, nothing, svg } from "lit-html";
import { named } from "../shared/named.js";
import { t } from "../shared/words.js";
import { number, seconds } from "./pieces.js";

/** @typedef {import("./stories.js").Story} Story */

/** Against whom the gate held. @type {ReadonlySet<Story>} */
const SHUT = new Set(/** @type {Story[]} */ (["nobody", "silence", "out", "one_fan_wrong"]));
const RING = svg`<circle cx="50" cy="50" r="44"/>`;
const LEAVES = svg`<path class="cry__leaf" d="M50 94A44 44 0 0 1 28 12"/><path class="cry__leaf cry__leaf--right" d="M50 94A44 44 0 0 0 72 12"/>`;

/** @param {Story} story @param {any} scene */
export function cry(story, { reveal: told, board, round }) {
  const hero = heroOf(story, told, board);
  return html`
    <div class="cry__gate"><svg viewBox="0 0 100 100" aria-hidden="true">${SHUT.has(story) ? RING : LEAVES}</svg></div>
    <div class="cry__words"><p class="sum__line">${line(story)}</p><p class="cry__more num ${story === "out" ? "fallen" : ""}">${more(story, told, round)}</p></div>
    ${hero ? html`<div class="cry__hero"><p class="name">${named(hero.name)}</p>${hero.elapsed_ms ? html`<p class="num">${t("{s} s", { s: seconds(hero.elapsed_ms) })}</p>` : nothing}</div>` : nothing}`;
}

/** Who did it alone. @param {Story} story @param {any} told @param {any} board */
function heroOf(story, told, board) {
  if (story === "one" || story === "one_fan_right") return told.fastest;
  return story === "last" ? board?.top.find((/** @type {{out: boolean}} */ row) => !row.out) : null;
}

/** @param {Story} story */
function line(story) {
  switch (story) {
    case "out":
      return t("Everybody is out");
    case "last":
      return t("One still stands");
    case "silence":
      return t("Not a single answer. The hall holds its breath.");
    case "one_fan_right":
      return t("One against the question, and right");
    case "one_fan_wrong":
      return t("One dared. Next one is yours.");
    case "everybody":
      return t("Everybody. Every single one.");
    case "one":
      return t("Only one knew");
    default:
      return t("Nobody saw it coming");
  }
}

/** The figures under it. @param {Story} story @param {any} told @param {any} round */
function more(story, { answered, right, silent }, round) {
  const people = answered + silent;
  switch (story) {
    case "out":
      return round.rule === "survival" ? t("The last to fall share the pot.") : nothing;
    case "silence":
    case "one_fan_wrong":
    case "one_fan_right":
      return nothing;
    case "last":
      return t("The gate has held against everyone else");
    default:
      return right === people ? t("{n} of {of} came through", { n: number(right), of: number(people) }) : t("{n} of {of} right", { n: number(right), of: number(people) });
  }
}
