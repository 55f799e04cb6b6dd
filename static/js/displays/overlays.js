/**
 * Overlays for a stream: the same packets as the wall's, drawn into three boxes over a picture that is not ours. Each shows
 * what is asked of its box and is empty else: in the corner how to join and how many have, at the side the board, below the
 * question and its bars. Under the brand key all three are empty: the stream has its own picture then.
 */

import { html, nothing } from "lit-html";
import { saidIt, speaking } from "../shared/buzz.js";
import { named } from "../shared/named.js";
import { placed } from "../shared/standing.js";
import { pick, t } from "../shared/words.js";
import { bars, phaseOf } from "./figures.js";
import { answeredOf, counter, emblem, number, people, qrImage, recounted, ring, typed } from "./pieces.js";
import { worn } from "../shared/worn.js";
import { vars } from "./vars.js";

/** @typedef {import("./pieces.js").Show} Show */

/** @type {Record<string, (show: Show, shown: string, stream: string) => unknown>} */
const BOXES = { corner, side, lower };
const ROWS = 10;
const ASKING = new Set(["reading", "open", "closed", "reveal", "paused"]);

/** @param {string} kind @param {string} [stream] code of the link for this stream's viewers @returns {(scene: any, shown: string) => ((show: Show) => unknown) | null} */
export function overlayOf(kind, stream = "") {
  const view = BOXES[kind] ?? corner;
  return (scene, shown) => shown === "brand" || shown === "cancelled" ? null : (show) => marked(show, view(show, shown, stream));
}

/** A rehearsal says so in every box that shows something. @param {Show} show @param {unknown} drawn */
const marked = (show, drawn) => drawn !== nothing && "rehearsal" in show.scene.run && show.scene.run.rehearsal
  ? html`<b class="over__mark">${t("Rehearsal")}</b>${drawn}` : drawn;

/** @param {Show} show @param {string} _ @param {string} stream */
function corner(show, _, stream) {
  return html`
    <div class="over over--corner">
      <p class="over__how">${t("Scan to play")}</p>
      ${qrImage(stream && show.qr ? `/r/${stream}/qr.svg` : show.qr)}
      <p class="over__url">${typed(show.joinUrl)} <b class="num">${stream || show.scene.run.code}</b></p>
      ${people(show.joined)}
    </div>`;
}

/** The board while it is told; on the podium only who has come through, so that no overlay tells the winner first.
 * @param {Show} show @param {string} shown */
function side(show, shown) {
  const { scene } = show;
  const rows = "levels" in scene ? show.quiz.top : shown === "podium" ? scene.podium?.rows ?? [] : scene.board?.top ?? [];
  if (rows.length === 0) return ASKING.has(shown) && scene.round ? pulse(show, shown) : nothing;
  const ordered = [...rows].sort((one, other) => one.rank - other.rank).slice(0, ROWS);
  return html`
    <div class="over over--side">
      <h2 class="over__title">${shown === "podium" ? t("Podium") : t("Board")}</h2>
      ${"levels" in scene ? nothing : recounted(scene.board)}
      <ol class="over__rows">${ordered.map((row) => html`
        <li class="over__row ${row.rank === 1 && row.score > 0 ? "over__row--first" : ""}"><b class="place num">${placed(row.score, row.rank)}</b><span class="name">${named(row.name)}${worn(scene.badges?.[row.fan])}</span><b class="num">${number(row.score)}</b></li>`)}
      </ol>
      ${people(scene.board?.of ?? show.joined)}
    </div>`;
}

/** Between two boards: where the show stands. @param {Show} show @param {string} shown */
const pulse = (show, shown) => html`
  <div class="over over--side">
    <h2 class="over__title">${counter(show.scene.round)}</h2>
    <p class="over__line num">${shown === "paused" ? t("Paused") : shown === "reading" ? t("Get ready") : answered(show)}</p>
    ${people(show.joined)}
  </div>`;

/** @param {Show} show */
const answered = (show) => answeredOf(show.answered, Math.max(show.connected, show.answered), show.scene.round?.kind);

/** @param {Show} show @param {string} shown */
function lower(show, shown) {
  const { round, reveal: told } = show.scene;
  if (!ASKING.has(shown) || !round) return nothing;
  const phase = shown === "open" ? phaseOf(round.opens_ms, round.closes_ms, show.now) : shown === "reading" ? "reading" : "over";
  return html`
    <div class="over over--lower body">
      <div class="question">
        <h1 class="over__ask">${pick(round.text)}</h1>
        ${shown === "paused" ? html`<p class="over__line">${t("Paused")}</p>`
          : round.kind === "buzzer" && phase !== "lead" && phase !== "reading" ? html`<p class="over__line">${spoken(show)}</p>`
          : round.kind === "estimate" ? estimate(show, shown)
          : round.choices && phase !== "lead" ? choices(round, shown === "reveal" ? told : null)
          : html`<p class="over__line">${t("Get ready")}</p>`}
      </div>
      <aside class="over__rail">
        ${shown === "reveal" && told ? html`<p class="over__right num ${told.right ? "" : "over__right--none"}">${told.answered === 0 ? t("Nobody answered.") : t("{n} of {m} had it", { n: number(told.right), m: number(told.answered + told.silent) })}</p>`
          : html`${ring({ opens: round.opens_ms, closes: round.closes_ms, seconds: round.seconds, phase })}
            ${phase === "reading" || phase === "lead" ? nothing : html`<p class="over__count num">${answered(show)}</p>`}`}
      </aside>
    </div>`;
}

/** Whose word it is, or who said it. @param {Show} show */
function spoken({ buzz }) {
  const row = speaking(buzz) ?? saidIt(buzz);
  return row ? html`${named(row.name)} ${row.right ? t("was right") : t("has the word")}` : t("The first to press may speak");
}

/** In one row while the words have room in it. @param {number} choices */
const columnsOf = (choices) => choices <= 4 ? choices : 3;

/** @param {any} round @param {any} told */
function choices(round, told) {
  const lengths = told ? bars(told.counts, told.answered) : [];
  const voided = told?.changed?.kind === "voided";
  return html`
    <ol class="choices" ${vars({ "--columns": columnsOf(round.choices.length) })}>
      ${round.choices.map((/** @type {any} */ words, /** @type {number} */ place) => html`
        <li class="over__choice ${told && !voided && told.places.includes(place) ? "over__choice--right" : told ? "over__choice--told" : ""}" data-el=${place}>
          ${emblem(place)}
          <span class="over__text">${pick(words)}</span>
          ${told ? html`<b class="num">${number(lengths[place]?.count ?? 0)}</b>
            <span class="over__bar"><i ${vars({ "--length": (lengths[place]?.length ?? 0).toFixed(4) })}></i></span>` : nothing}
        </li>`)}
    </ol>`;
}

/** @param {Show} show @param {string} shown */
function estimate({ scene: { round, reveal: told } }, shown) {
  const value = shown === "reveal" ? told?.value ?? null : null;
  const unit = pick(round.unit);
  return html`<p class="over__line num">${value === null
    ? typeof round.low === "number" ? `${number(round.low)} – ${number(round.high)} ${unit}` : t("Get ready")
    : html`<b class="over__value">${number(value)} ${unit}</b>`}</p>`;
}
