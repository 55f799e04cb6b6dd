/**
 * The reveal: bars grow under the choices people stared at, the right one is marked by a tick, a frame and the word,
 * not by colour alone; below them all answers run along their time once more. An estimate shows everybody's guesses as
 * a range of hills with the value's flag in it.
 */

import { html, nothing } from "lit-html";
import { named } from "../shared/named.js";
import { pictureAt } from "../shared/pictures.js";
import { raceStrip } from "../shared/race.js";
import { pick, t } from "../shared/words.js";
import { bars, positionOf } from "./figures.js";
import { cry } from "./cry.js";
import { counted, counter, emblem, frame, number, recounted, seconds } from "./pieces.js";
import { buzzed } from "./buzz_scene.js";
import { digitsOf, picture, sentence } from "./question_scenes.js";
import { RARE, storyOf } from "./stories.js";
import { vars } from "./vars.js";

/** @typedef {import("./pieces.js").Show} Show */

/** @param {Show} show */
export function reveal(show) {
  const { round, reveal: told, board } = show.scene;
  const story = storyOf(told, round.kind, board?.survivors);
  const rare = RARE.has(story);
  return frame(show, html`
    <div class="question">
      ${sentence(round)}
      ${notices(show.scene)}
      <div class="field">
        <div class="offer ${pictureAt(round.image) ? "offer--image" : ""}">
          ${picture(round)}
          ${round.kind === "buzzer" ? buzzed(show.buzz) : round.kind === "estimate" ? hills(round, told) : chart(round, told, show.joined)}
        </div>
      </div>
      ${told.race ? raceStrip(told.race, [...told.race.lanes.keys()]) : nothing}
      <p class="because">${pick(told.explanation)}</p>
    </div>
    <aside class="rail rail--reveal">${rare ? cry(story, show.scene) : summary(story, told)}</aside>`,
  { name: `reveal is-${story} ${rare ? "is-rare" : ""}`, middle: counter(round) });
}

const TICK = html`<svg class="tick" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12.5 9.5 18 20 6.5"/></svg>`;

/** @param {any} round @param {any} told @param {number} joined */
function chart(round, told, joined) {
  const lengths = bars(told.counts, told.answered);
  const voided = told.changed?.kind === "voided";
  return html`
    <ol class="choices choices--${round.choices?.length ?? 0}" ${digitsOf(joined)}>
      ${(round.choices ?? []).map((/** @type {any} */ words, /** @type {number} */ place) => {
        const right = !voided && told.places.includes(place);
        const bar = lengths[place] ?? { count: 0, length: 0, share: 0 };
        return html`
          <li class="choice choice--told ${right ? "choice--right" : "choice--wrong"}" data-el=${place}>
            ${emblem(place)}
            <span class="choice__text">${pick(words)}</span>
            <span class="choice__count">${right ? html`<span class="mark-right">${TICK}${t("Right")}</span>` : nothing}<span class="num">${counted(bar.count)}</span></span>
            <span class="choice__bar"><i ${vars({ "--length": bar.length.toFixed(4), "--late": place })}></i></span>
          </li>`;
      })}
    </ol>`;
}

/** @param {any} round @param {any} told */
function hills(round, told) {
  const lengths = bars(told.counts, told.answered);
  const at = told.value === null ? null : positionOf(told.value, round.low, round.high);
  const margin = told.margin && round.high > round.low ? Math.min(1, (2 * told.margin) / (round.high - round.low)) : 0;
  return html`
    <div class="hills">
      <div class="hills__flag">${at === null ? nothing : html`
        <p ${vars({ "--at": at.toFixed(4) })}><b class="num">${number(told.value)} ${pick(round.unit)}</b></p>`}</div>
      <div class="hills__plot">
        ${margin > 0 && at !== null ? html`<i class="hills__margin" ${vars({ "--at": at.toFixed(4), "--wide": margin.toFixed(4) })}></i>` : nothing}
        ${lengths.map((bar, index) => html`<i class="hills__bin" ${vars({ "--length": Math.max(bar.count > 0 ? 0.04 : 0.008, bar.length).toFixed(4), "--late": index })}></i>`)}
        ${at === null ? nothing : html`<i class="hills__pole" ${vars({ "--at": at.toFixed(4) })}></i>`}
      </div>
      <p class="scale__ends num"><span>${number(round.low)} ${pick(round.unit)}</span><span>${number(round.high)} ${pick(round.unit)}</span></p>
    </div>`;
}

/** This question's own change says more than the board's word for it; another question's stands beside it. @param {Show["scene"]} scene */
function notices({ round, reveal: told, board }) {
  const other = board?.changed && !(told.changed && board.changed.n === round.n);
  if (!told.changed && !other) return nothing;
  return html`<div class="notices">${told.changed ? notice(told.changed, round) : nothing}${other ? recounted(board) : nothing}</div>`;
}

/** @param {any} changed @param {any} round */
function notice(changed, round) {
  if (changed.kind === "voided") return html`<p class="notice">${t("This question does not count. Nobody gains, nobody loses.")}</p>`;
  if (round.kind === "buzzer") return html`<p class="notice">${t("Corrected. Every score has been counted again.")}</p>`;
  const before = round.kind === "estimate" ? `${number(changed.value ?? 0)} ${pick(round.unit)}`
    : (changed.places ?? []).map((/** @type {number} */ place) => pick(round.choices[place])).join(" · ");
  return html`<p class="notice">${t("Corrected. The screen said {before} before; every score has been counted again.", { before })}</p>`;
}

/** @param {import("./stories.js").Story} story @param {any} told */
function summary(story, told) {
  const people = told.answered + told.silent;
  return html`
    <p class="sum__line">${line(story)}</p>
    ${story === "voided" || story === "said" || (story === "estimate" && told.right === 0) ? nothing : html`
      <p class="sum__big" ${vars({ "--digits": number(told.right).length })}><span class="num">${counted(told.right)}</span><small class="num">${t("of {of} right", { of: number(people) })}</small></p>`}
    ${told.fastest && story !== "voided" ? html`
      <div class="sum__fast"><p>${story === "said" ? t("Said it") : t("Fastest")}</p><p class="name">${named(told.fastest.name)}</p><p class="num">${t("{s} s", { s: seconds(told.fastest.elapsed_ms) })}</p></div>` : nothing}
    ${told.silent > 0 && story !== "said" ? html`<p class="sum__silent num">${t("{n} silent", { n: number(told.silent) })}</p>` : nothing}`;
}

/** @param {import("./stories.js").Story} story */
function line(story) {
  switch (story) {
    case "voided":
      return t("Voided");
    case "corrected":
      return t("Corrected");
    case "said":
      return t("Pressed, and right");
    case "estimate":
      return t("The closer, the more");
    default:
      return story === "many" ? t("Most knew it") : t("A hard one");
  }
}
