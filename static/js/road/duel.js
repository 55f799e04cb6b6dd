/** 下战书: the call on the map, the other's play beside the own verdicts, the card with both. */
import { html, nothing } from "lit-html";

import { sign } from "../fans/pieces.js";
import { named } from "../shared/named.js";
import { count, seconds, t } from "../shared/words.js";
import { busy } from "./said.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./contract").Challenger} Challenger */

/** @param {Pick<Challenger, "name">} challenger */
const who = ({ name }) => (name === null ? t("Somebody") : name);

/** Who sent the link, and what is to be beaten. @param {Model} view @param {import("./model.js").Actions} act */
export function call(view, act) {
  const { called } = view.local;
  if (!called) return nothing;
  const { challenger } = called;
  if (called.refused !== null || challenger === null) return html`<p class="notice call__no">${refusal(called.refused)}</p>`;
  return html`<div class="call">
    <p class="call__who">${named(who(challenger))}</p>
    <p class="lead num">${t("dares you: {n} points, {r} of {m} right. The same questions, your turn.", { n: count(challenger.score), r: challenger.right, m: challenger.asked })}</p>
    <p class="soft" data-apart>${t("A challenge counts on a board of its own: not for your total, badges or points. It takes none of the day's plays.")}</p>
    ${view.local.refused === "no_duels" ? html`<p class="notice call__no">${t("You have taken up as many challenges today as there are plays. There are new ones tomorrow.")}</p>` : nothing}
    <button class="button button--main" type="button" data-take ?disabled=${!view.armed} aria-busy=${Boolean(view.local.pending?.data.challenge)} @click=${act.take}>
      ${busy(view, "play", t("Take it up"), t("Drawing your questions…"))}</button>
  </div>`;
}

/** @param {string | null} reason */
function refusal(reason) {
  switch (reason) {
    case "own_challenge":
      return t("This is your own challenge. Send the link to somebody else.");
    case "challenge_taken":
      return t("You have taken up this challenge already.");
    case "own_question":
      return t("One of its questions is your own: this challenge is not for you.");
    default:
      return t("This challenge is not to be had here any more.");
  }
}

/** What the challenger made of this question. @param {Model} view */
export function ghost({ state: { play } }) {
  const duel = play?.duel;
  const told = play?.verdict?.ghost;
  if (!duel) return nothing;
  const name = who(duel.challenger);
  if (!told) return html`<p class="ghost soft">${t("{name} was not asked this here.", { name })}</p>`;
  return html`<p class="ghost num">${sign(told.right ? "right" : "wrong")}
    <span>${told.right ? t("{name}: right in {s} s", { name, s: seconds(told.elapsed_ms) }) : t("{name}: missed it", { name })}${told.helped ? ` · ${t("with help")}` : ""} · ${t("stood at {n}", { n: count(told.score) })}</span></p>`;
}

/** Both plays side by side. @param {Model} view */
export function card({ state: { play, you } }) {
  const duel = play?.duel;
  if (!duel || !duel.own) return nothing;
  const word = { won: t("You won."), lost: t("Not this time."), tied: t("A draw.") }[duel.outcome ?? "tied"];
  return html`<section class="duel duel--${duel.outcome ?? "tied"}" aria-label=${t("The duel")}>
    <h2>${word}</h2>
    ${side(you?.name ?? "", duel.own)} ${side(who(duel.challenger), duel.challenger)}
    <p class="soft">${t("It counts on the board of challenges.")}</p>
  </section>`;
}

/** @param {string} name @param {import("./contract").Side} one */
const side = (name, one) => html`<p class="duel__side">${named(name)} <b class="num">${count(one.score)}</b>
  <span class="soft num">${t("{r} of {m} right", { r: one.right, m: one.asked })} · ${seconds(one.elapsed_ms).slice(0, -2)} ${t("s")}</span></p>`;
