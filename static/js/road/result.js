/** The play is over: score, levels, what is within reach next, and on with it. */
import { html, nothing } from "lit-html";

import { badgeElement, badgeMark } from "../fans/badges.js";
import { figure } from "../fans/pieces.js";
import { named } from "../shared/named.js";
import { count, pick, place as rankSaid, seconds, t } from "../shared/words.js";
import { card } from "./duel.js";
import { wholeRoad } from "./said.js";
import { begin, practice } from "./slots.js";

/** @typedef {import("./model.js").Model} Model */

/** @param {Model} view @param {import("./model.js").Actions} act */
export function ended(view, act) {
  const { road, you, play } = view.state;
  if (!play || !road) return nothing;
  const result = play.result ?? null;
  const through = play.levels.filter((level) => level.passed).length;
  return html`<section class="card result">
    <div class="card__hero">
      <h1 class="card__title" tabindex="-1" data-focus>${headline(view, through)}</h1>
      <p class="card__score num">${count(result?.score ?? play.banked)}<small> ${play.practice ? t("practice points") : t("points")}</small></p>
      <p class="card__name">${you ? named(you.name) : nothing}</p>
    </div>
    <dl class="figures">
      ${figure(t("Levels"), t("{n} of {m}", { n: through, m: road.levels.length }))}
      ${result ? figure(t("Right"), t("{n} of {m}", { n: result.right, m: result.asked })) : nothing}
      ${result ? figure(t("Time"), `${seconds(result.elapsed_ms).slice(0, -2)} ${t("s")}`) : figure(t("Best play"), count(Math.max(you?.best ?? 0, play.practice ? 0 : play.banked)))}
    </dl>
    ${card(view)} ${aims(result)}
    <ol class="done">
      ${play.levels.map((level) => html`<li class="done__level done__level--${level.passed ? "passed" : "failed"}">
        <span class="done__gate num" aria-hidden="true">${level.n}</span>
        <b>${pick(road.levels[level.n - 1]?.title)}</b>
        <span class="num">${level.passed ? sum(level) : t("not passed")}</span>
      </li>`)}
    </ol>
    ${result && result.new_badges.length > 0 ? badges(result.new_badges) : nothing}
    ${road.scene === "road" ? html`<p class="result__more">${practice(view, act)} <a class="button" href="/r/${road.run.code}/propose">${t("Propose a question")}</a></p>` : nothing}
    <div class="onward">
      ${begin(view, act, true)}
      <p class="result__ways">
        <button class="button" type="button" @click=${act.share}>${view.local.shared ? t("Link copied") : play.challenge ? t("Dare a friend") : t("Share my link")}</button>
        <a class="button" href="/r/${road.run.code}/boards">${t("Boards")}</a>
        <button class="button" type="button" @click=${act.map}>${t("Map")}</button>
      </p>
    </div>
  </section>`;
}

/** @param {Model} view @param {number} through */
function headline(view, through) {
  if (wholeRoad(view)) return t("You came all the way.");
  if (through === 0) return t("The first gate held. It knows you now.");
  return through === 1 ? t("One gate is behind you.") : t("{n} gates are behind you.", { n: through });
}

/** @param {import("./contract").LevelDone} level */
const sum = ({ score, bonus }) => (bonus > 0 ? `${count(score)} + ${count(bonus)}` : count(score));

/** @param {import("./contract").Result | null} result */
function aims(result) {
  if (!result) return nothing;
  // Two measures, each by its name: the place is by the sum of the season's plays, the share by this one.
  const parts = [];
  if (result.rank) parts.push(t("{place} by season total", { place: rankSaid(result.rank) }));
  if (result.ahead) parts.push(t("This play beats {share} of all bests", { share: `${result.ahead}%` }));
  const { goal } = result;
  const label = typeof goal?.label === "string" ? goal.label : pick(goal?.label ?? null);
  return html`${parts.length > 0 ? html`<p class="result__place num">${parts.map((part) => html`<span>${part}</span>`)}</p>` : nothing}
    ${goal && label ? html`<p class="notice result__goal">${label}</p>` : nothing}`;
}

/** @param {import("./contract").NewBadge[]} list */
const badges = (list) => html`<ul class="badges">
  ${list.map((badge, at) => {
    const code = badge.badge ?? badge.code ?? "";
    return html`<li class="badge" .style=${`--at:${at}`}>
      <span class="badge__shape" data-el=${badgeElement(code)} aria-hidden="true">${badgeMark(code)}</span><b>${pick(badge.name)}</b><span class="soft">${pick(badge.why)}</span></li>`;
  })}
</ul>`;
