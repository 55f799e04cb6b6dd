/** Between the questions: a level to come, a gate passed with its decision (收 or 闯), a gate that held. */
import { html, nothing } from "lit-html";

import { figure } from "../fans/pieces.js";
import { gate } from "../shared/gate.js";
import { count, pick, t } from "../shared/words.js";
import { decision, levelOf, missing } from "./model.js";
import { onward } from "./onward.js";
import { hearts, helpMark } from "./question.js";
import { busy, helpName, signed } from "./said.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

/** @param {Model} view @param {Actions} act */
export function start(view, act) {
  const level = levelOf(view);
  const { play } = view.state;
  if (!level || !play) return nothing;
  const again = play.state === "ready" && play.question === 0 && play.retries < level.retries;
  return html`<section class="level">
    <p class="eyebrow">${again ? t("Another try") : t("Level {n}", { n: level.n })}</p>
    <h1 class="level__title">${pick(level.title)}</h1>
    <p class="lead level__story">${pick(level.story)}</p>
    <dl class="figures">
      ${figure(t("Questions"), level.questions)} ${figure(t("Seconds"), level.seconds)} ${figure(t("Pass mark"), count(level.pass_mark), "figure--hot")}
    </dl>
    <ul class="terms">
      ${play.dared && play.level === level.n ? html`<li class="terms__hot">${dared(play.staked, 2 * level.bonus)}</li>` : level.bonus > 0 ? html`<li>${t("Passing brings a bonus of {n}.", { n: count(level.bonus) })}</li>` : nothing}
      ${level.lives > 0 ? html`<li><span class="lives">${hearts(level.lives)}</span> ${level.lives === 1 ? t("One wrong answer ends it.") : t("{n} wrong answers end it.", { n: level.lives })}</li>` : nothing}
      ${again ? html`<li>${t("Other questions, the same helps that are left.")}</li>` : level.retries > 0 ? html`<li>${level.retries === 1 ? t("If it fails: one more try.") : t("If it fails: {n} more tries.", { n: level.retries })}</li>` : nothing}
      ${helpTerms(again ? play.helps : level.helps)}
    </ul>
    ${onward(view, busy(view, "ask", t("First question"), t("Opening the first question…")), act.ask, view.local.pending?.event === "ask", give(view, act), t("The clock starts with your tap."))}
  </section>`;
}

/** @param {import("./contract").Helps} helps */
function helpTerms(helps) {
  const given = /** @type {const} */ (["fifty", "time", "swap"]).filter((help) => helps[help] > 0);
  if (given.length === 0) return nothing;
  return html`<li class="terms__helps">${given.map((help) => html`<span class="chip">${helpMark(help)} ${helpName(help)} <b class="num">× ${helps[help]}</b></span>`)}</li>`;
}

/** @param {number} staked @param {number} doubled */
const dared = (staked, doubled) =>
  staked > 0 ? t("Dared: pass, and {n} come back with a bonus of {m}. Fail, and they are gone.", { n: count(staked), m: count(doubled) }) : t("Dared: the bonus counts double, {m}.", { m: count(doubled) });

/** Ending the play takes two taps: the second says what is kept. One hardly begun is not offered to be thrown away, but where it
 * stands in the way of another. @param {Model} view @param {Actions} act */
export function give(view, act) {
  const { play } = view.state;
  const fresh = play && play.banked === 0 && play.won === 0 && play.level === 1 && play.state === "ready";
  if (!play || (fresh && !play.practice && !view.local.called)) return nothing;
  const word = view.local.leaving ? sure(play) : play.practice ? t("End the practice") : t("End here");
  return html`<button class="button onward__less" type="button" data-stop ?disabled=${!view.armed} @click=${act.stop}>${busy(view, "stop", word, t("Ending…"))}</button>`;
}

/** @param {import("./contract").Play} play */
function sure(play) {
  const n = count(play.banked + play.won);
  if (play.practice) return t("Really? End the practice");
  return play.staked > 0 ? t("Really? You keep {n}, the stake is lost", { n }) : t("Really? You keep {n}", { n });
}

/** @param {Model} view @param {Actions} act */
export function passed(view, act) {
  const { road, play } = view.state;
  const level = road?.levels[(play?.level ?? 1) - 1];
  if (!play || !level) return nothing;
  const done = play.levels.find((each) => each.n === play.level);
  return html`<section class="level level--passed">
    ${gate({ key: `passed ${play.id} ${play.level}`, motion: "opening", from: view.now, to: view.now + 600, now: view.now, classes: "gate--wide gate--ceremony", inside: play.level })}
    <h1 class="level__title" tabindex="-1" data-focus>${t("Gate {n} is open", { n: play.level })}</h1>
    <p class="lead num">${t("Level score {n}", { n: count(play.level_score) })}${done?.perfect ? html` · <b class="level__perfect">${t("not a scratch")}</b>` : nothing}</p>
    <p class="soft num">${t("Safe so far: {n}", { n: count(play.banked) })}</p>
    ${road?.rules.dare ? choose(view, act) : html`<p class="lead num">${level.bonus > 0 ? t("Bonus +{n}", { n: count(level.bonus) }) : nothing}</p>
        ${onward(view, t("To gate {n}", { n: play.level + 1 }), act.next, false, give(view, act))}`}
  </section>`;
}

/** @param {Model} view @param {Actions} act */
function choose(view, act) {
  const { play } = view.state;
  const { safe, wins, back, doubled, loses } = decision(view.state);
  const sent = view.local.pending?.event === "decide" ? view.local.pending.data.dare : null;
  const next = (play?.level ?? 0) + 1;
  return html`<div class="fork" role="group" aria-label=${t("What to do with the bonus")}>
    <p class="fork__ask">${safe > 0 ? t("The bonus of {n} is yours to decide on.", { n: count(safe) }) : t("The next bonus is yours to decide on.")}</p>
    <button class="fork__way fork__way--bank" type="button" data-bank ?disabled=${!view.armed} aria-busy=${sent === false} @click=${() => act.decide(false)}>
      <b class="fork__seal" aria-hidden="true">收</b>
      <span><b class="fork__word">${t("Bank")}</b><span class="num">${t("+{n} safe", { n: count(safe) })}</span></span>
    </button>
    <button class="fork__way fork__way--dare" type="button" data-dare ?disabled=${!view.armed} aria-busy=${sent === true} @click=${() => act.decide(true)}>
      <b class="fork__seal" aria-hidden="true">闯</b>
      <span><b class="fork__word">${t("Dare")}</b>
        <span class="num">${back > 0 ? t("pass gate {g}: +{n} ({a} back, bonus doubled to {b})", { g: next, n: count(wins), a: count(back), b: count(doubled) }) : t("pass gate {g}: its bonus counts double, +{b}", { g: next, b: count(doubled) })}</span>
        <span class="num">${loses > 0 ? t("fail: the {n} are lost", { n: count(loses) }) : t("fail: nothing is lost")}</span></span>
    </button>
    ${give(view, act)}
  </div>`;
}

/** @param {Model} view @param {Actions} act */
export function failed(view, act) {
  const { play } = view.state;
  if (!play) return nothing;
  const lack = missing(view.state);
  return html`<section class="level level--failed">
    ${gate({ key: `failed ${play.id} ${play.level} ${play.retries}`, motion: "shut", classes: "gate--wide", inside: play.level })}
    <h1 class="level__title" tabindex="-1" data-focus>${t("Gate {n} held", { n: play.level })}</h1>
    <p class="lead num">${lack.lives ? t("No life was left.") : lack.points === 1 ? t("1 point was missing.") : t("{n} points were missing.", { n: count(lack.points) })}</p>
    <p class="soft num">${t("{n} of {m} to pass", { n: signed(play.level_score), m: count(play.pass_mark) })} · ${play.retries === 1 ? t("one more try") : t("{n} more tries", { n: play.retries })}${play.staked > 0 ? ` · ${t("your stake of {n} stands", { n: count(play.staked) })}` : ""}</p>
    ${onward(view, busy(view, "retry", t("Try gate {n} again", { n: play.level }), t("Drawing new questions…")), act.retry, view.local.pending?.event === "retry", give(view, act))}
  </section>`;
}
