/** Before the first question and between: the start to come, the lobby, the warm-up. */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";

import { gate } from "../shared/gate.js";
import { logo } from "../shared/logo.js";
import { named } from "../shared/named.js";
import { hereAt } from "../shared/wall.js";
import { goesOnIn, leftThen } from "../shared/still.js";
import { count, pick, seconds, t } from "../shared/words.js";
import { countdown } from "./model.js";
import { joined, late, people } from "./pieces.js";

/** @typedef {import("./model.js").Model} Model @typedef {import("./model.js").Actions} Actions */

/** @param {Model} view @param {Actions} act */
export function scheduled(view, act) {
  const run = view.state.scene?.run;
  const left = run?.starts_at ? countdown(Date.parse(run.starts_at) - view.wall) : null;
  return html`<section class="lobby">
    ${logo("lobby__logo")}<p class="eyebrow">${pick(run?.activity)}</p>
    <h1 class="lobby__title">${pick(run?.title)}</h1>
    ${left && run ? html`<p class="lead"><time datetime=${run.starts_at ?? ""}>${hereAt(run.starts_at ?? "")}</time></p>${clock(left)}` : html`<p class="lead">${t("It begins soon.")}</p>`}
    <p class="soft">${people(view)} · ${t("This page opens by itself when it begins.")}</p>
    ${warmUp(view, act)}
  </section>`;
}

/** @param {{days: number, hours: number, minutes: number, seconds: number}} left */
function clock(left) {
  const parts = /** @type {[number, string][]} */ ([
    [left.days, left.days === 1 ? t("day") : t("days")],
    [left.hours, t("hours")],
    [left.minutes, t("min")],
    [left.seconds, t("s")],
  ]).filter(([n], at) => at >= 2 || n > 0 || (at === 1 && left.days > 0));
  return html`<div class="count" role="timer">
    ${parts.map(([n, unit]) => html`<span class="count__part num"><b>${String(n).padStart(2, "0")}</b><i>${unit}</i></span>`)}
  </div>`;
}

/** @param {Model} view @param {Actions} act */
export function lobby(view, act) {
  const run = view.state.scene?.run;
  return html`<section class="lobby">
    ${logo("lobby__logo")}<p class="eyebrow">${pick(run?.activity)}</p>
    <h1 class="lobby__title">${pick(run?.title)}</h1>
    <dl class="figures">
      <div class="figure"><dt>${t("You play as")}</dt><dd>${named(view.state.you?.name ?? "")}</dd></div>
      <div class="figure figure--hot"><dt>${run?.stream ? t("On the stream") : t("In the hall")}</dt><dd class="num">${joined(view)}</dd></div>
    </dl>
    ${rules(run)}
    ${run?.stream ? html`<p class="lobby__rule">${t("For viewers of the stream: everything comes {s} s later here, your time counts from then.", { s: late(run.stream) })}</p>` : nothing}
    ${warmUp(view, act)}
    <p class="soft lobby__keep">${t("Keep this page open: the first question comes by itself.")}</p>
  </section>`;
}

/** All clocks stand still: what that means for this fan, and when it goes on. @param {Model} view @param {Actions} act */
export function paused(view, act) {
  const { scene } = view.state;
  const left = scene ? leftThen(scene) : 0;
  const soon = scene ? goesOnIn(scene, view.now) : 0;
  return html`<section class="lobby">
    <h1 class="lobby__title">${soon > 0 ? t("It goes on in {s} s", { s: soon }) : t("The clock stands still")}</h1>
    <p class="lead">${left === 0 ? t("Nobody misses anything.") : t("{s} s are left then, for everybody alike.", { s: left })}</p>
    ${view.answered ? html`<p class="soft">${t("Your answer is recorded.")}</p>` : nothing}
    ${soon > 0 ? nothing : warmUp(view, act)}
  </section>`;
}

/** What one must know before the first question. @param {import("../shared/contract").RunNow | undefined} run */
function rules(run) {
  if (run?.rule !== "survival") return nothing;
  return html`<p class="lobby__rule">${run.lives ? t("Wrong or silent is out. Everybody has one extra life, not on the last question.") : t("Wrong or silent is out.")}</p>`;
}

/** The warm-up gate. @param {Model} view @param {Actions} act */
export function warmUp(view, act) {
  const toy = view.local.toy;
  const says = {
    idle: [t("Warm up"), t("Tap, wait for the gate, tap again")],
    waiting: [t("Wait…"), t("It opens when it likes")],
    open: [t("Now!"), ""],
    early: [t("Too early"), t("Tap to try again")],
    result: [toy.reaction === null ? "" : seconds(toy.reaction), toy.best === toy.reaction ? t("Your best so far. Again?") : t("Again?")],
  }[toy.phase];
  const motion = toy.phase === "open" ? "still" : "shut";
  return html`<div class="toy">
    <button class="toy__gate toy__gate--${toy.phase}" type="button" @pointerdown=${press(act)} @keydown=${keys(act)}>
      ${gate({ key: `toy ${toy.phase === "open" ? "o" : ""}`, motion, classes: "gate--toy" })}
      ${toy.phase === "open" ? keyed(toy.goes, html`<span class="toy__flash"></span>`) : nothing}
      <span class="toy__word num">${says[0]}</span>
    </button>
    <p class="toy__hint soft" aria-live="polite">${says[1]}</p>
    <p class="toy__best soft num">${toy.best === null ? nothing : t("Best {s} s of {n}", { s: seconds(toy.best), n: count(toy.goes) })}</p>
  </div>`;
}

/** The touch itself counts, not its end: a click comes up to a tenth of a second later. @param {Actions} act */
const press = (act) => (/** @type {PointerEvent} */ event) => {
  if (event.button === 0) act.toy();
};

/** @param {Actions} act */
const keys = (act) => (/** @type {KeyboardEvent} */ event) => {
  if (event.repeat || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  act.toy();
};
