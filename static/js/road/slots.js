/** The moving parts of the map. The map itself is the server's and stands without a script; these places in it are ours. */
import { html, nothing, render } from "lit-html";

import { countdown, hereAt } from "../shared/wall.js";
import { figure } from "../fans/pieces.js";
import { count, t } from "../shared/words.js";
import { call } from "./duel.js";
import { give } from "./level.js";
import { gateState, opensAt, passedOf, waiting } from "./model.js";
import { busy } from "./said.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

export class Slots {
  /** @param {HTMLElement} map @param {Actions} act */
  constructor(map, act) {
    this.map = map;
    this.act = act;
    /** @type {Set<Element>} */
    this.taken = new Set();
  }

  /** @param {Model} view */
  draw(view) {
    this.#fill("[data-slot=line]", line(view));
    this.#fill("[data-slot=own]", own(view));
    this.#fill("[data-slot=go]", go(view, this.act));
    const { road, you } = view.state;
    for (const way of this.map.querySelectorAll("[data-while-open]")) way.toggleAttribute("hidden", road?.scene === "closed");
    if (!you) return;
    const passed = passedOf(view.state);
    for (const gate of this.map.querySelectorAll("[data-level]")) {
      if (!(gate instanceof HTMLElement)) continue;
      const n = Number(gate.dataset["level"]);
      gate.dataset["state"] = gateState(n, passed);
      const best = you.best_by_level[n - 1] ?? null;
      const word = gate.querySelector("[data-slot=best]");
      if (word) word.textContent = best === null ? "" : t("your best {n}", { n: count(best) });
      const said = gate.querySelector("[data-slot=state]");
      if (said) said.textContent = stateSaid(gateState(n, passed));
    }
  }

  /** @param {string} where @param {unknown} what */
  #fill(where, what) {
    const slot = this.map.querySelector(where);
    if (!(slot instanceof HTMLElement)) return;
    if (!this.taken.has(slot)) slot.replaceChildren();
    this.taken.add(slot);
    render(what, slot);
  }
}

/** @param {"passed" | "next" | "locked"} state */
const stateSaid = (state) => ({ passed: t("passed"), next: t("next"), locked: t("not reached yet") })[state];

/** @param {Model} view */
function line({ local, state: { play } }) {
  if (local.link === "offline") {
    const words = play?.open ? t("No connection. Coming back; the clock of your question runs on…") : t("No connection. Coming back…");
    return html`<p class="line line--alert" role="status"><span class="line__dot"></span>${words}</p>`;
  }
  return nothing;
}

/** @param {Model} view */
function own({ state: { you } }) {
  if (!you) return nothing;
  return html`<dl class="figures">
    ${figure(t("Best play"), count(you.best))} ${figure(t("Total"), count(you.total), "figure--hot")} ${figure(t("Streak"), count(you.streak))}
  </dl>`;
}

/** What can be done now. @param {Model} view @param {Actions} act */
function go(view, act) {
  const { road, play } = view.state;
  if (!road) return nothing;
  if (waiting(view)) return soon(view);
  if (road.scene === "closed") return html`<p class="lead">${t("This season is over.")}</p><p class="soft">${t("Your standing stays. The next season has a code of its own.")}</p>`;
  if (!view.resumable) return html`${call(view, act)} ${begin(view, act, false)} ${practice(view, act)}`;
  const back = play?.practice ? t("Back to your practice") : play?.duel ? t("Back to your challenge") : t("Back to your play");
  return html`<button class="button button--main" type="button" data-resume data-focus ?disabled=${!view.armed} aria-busy=${view.local.pending?.event === "play"} @click=${act.resume}>
      ${busy(view, "play", back, t("Going back in…"))}</button>
    <p class="soft num">${underWay(view)}</p>
    ${first(view, act)}`;
}

/** What there is to go back to. @param {Model} view */
function underWay({ left, state: { play } }) {
  if (!play) return t("A play of yours is under way.");
  if (play.open && left > 0) return t("Level {n}. Your question is open for {s} more seconds.", { n: play.level, s: left });
  return t("Level {n}. {p} points are safe.", { n: play.level, p: count(play.banked) });
}

/** What is under way stands in the way of something else: which, and its end. @param {Model} view @param {Actions} act */
function first(view, act) {
  const { play } = view.state;
  const called = view.local.called?.refused === null;
  if (!play || !(called || play.practice || play.duel)) return nothing;
  const way = called ? t("End it first, then you can take up the challenge.") : play.practice
      ? t("This is practice and counts for nothing. End it to begin a play that counts.")
      : t("This is a challenge and counts on its own board. End it to begin a play of your own.");
  return html`<p class="notice" data-first>${way}</p>${give(view, act)}`;
}

/** Begin, with how often still; or when there is a next time. @param {Model} view @param {Actions} act @param {boolean} after after a play */
export function begin(view, act, after) {
  const { road, you } = view.state;
  const left = you?.attempts_left ?? null;
  const none = left === 0 || view.local.refused === "no_attempts";
  const sent = view.local.pending?.event === "play";
  if (road?.scene !== "road") return nothing;
  return html`${none
      ? html`<p class="lead">${t("No plays left today.")}</p><p class="soft num">${reopens(view)}</p>`
      : html`<button class="button ${view.local.called?.refused === null ? "" : "button--main"}" type="button" data-begin ?data-focus=${!after} ?disabled=${!view.armed} aria-busy=${sent && !view.local.pending?.data.practice} @click=${() => act.begin(false)}>
            ${busy(view, "play", after ? t("Play again") : t("Storm the road"), t("Drawing your questions…"))}</button>
          <p class="soft num">${refusal(view) ?? (left === null ? t("As many plays as you like.") : left === 1 ? t("1 play left today") : t("{n} plays left today", { n: left }))}</p>`}`;
}

/** @param {Model} view @param {Actions} act */
export function practice(view, act) {
  const { road } = view.state;
  if (road?.scene !== "road" || !road.rules.practice) return nothing;
  return html`<button class="button" type="button" data-practice ?disabled=${!view.armed} @click=${() => act.begin(true)}>${t("Practice: no points, no limit")}</button>`;
}

/** @param {Model} view */
function refusal({ local }) {
  if (local.refused === "bank_too_small") return t("There are not enough questions for this road yet. Try again later.");
  if (local.refused === "not_yet") return t("It does not open for you yet.");
  if (local.refused === "not_open") return t("The road is not open just now.");
  if (local.link === "offline" && local.pending) return t("No connection. Your tap is kept and sent again…");
  return null;
}

/** @param {Model} view */
function reopens({ state: { you }, wall }) {
  if (!you?.again_at) return nothing;
  const { days, hours, minutes, seconds } = countdown(Date.parse(you.again_at) - wall);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return t("New ones in {time}", { time: `${days * 24 + hours}:${two(minutes)}:${two(seconds)}` });
}

/** @param {Model} view */
function soon({ state: { road, you }, wall }) {
  const opens = opensAt({ road, you });
  if (opens === null) return html`<p class="lead">${t("It begins soon.")}</p>`;
  const left = countdown(opens - wall);
  const parts = /** @type {[number, string][]} */ ([
    [left.days, left.days === 1 ? t("day") : t("days")],
    [left.hours, t("hours")],
    [left.minutes, t("min")],
    [left.seconds, t("s")],
  ]).filter(([n], at) => at >= 2 || n > 0 || (at === 1 && left.days > 0));
  return html`<p class="lead"><time datetime=${new Date(opens).toISOString()}>${hereAt(opens)}</time></p>
    <div class="count" role="timer">${parts.map(([n, unit]) => html`<span class="count__part num"><b>${String(n).padStart(2, "0")}</b><i>${unit}</i></span>`)}</div>
    <p class="soft">${road?.scene === "scheduled" ? t("This page opens by itself when it begins.") : t("The first are on the road already. It opens for you then.")}</p>`;
}
