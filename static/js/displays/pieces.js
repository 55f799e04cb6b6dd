/**
 * The pieces that several scenes share: the frame with the campaign's name and the people, the ring, the QR, a choice.
 * What changes many times a second (ring, seconds, numbers that count up) carries data attributes and is moved by
 * screen.js between two renderings; everything else is a function of the state.
 */

import { html, nothing, svg } from "lit-html";
import { mark, LETTERS } from "../shared/elements.js";
import { logo } from "../shared/logo.js";
import { pick, recountWords, t } from "../shared/words.js";

/** @typedef {import("./figures.js").Words} Words */
/** @typedef {{scene: any, now: number, joined: number, connected: number, answered: number, names: {name: import("../shared/contract").Name, since: number}[], badges?: Record<string, string>, joinUrl: string, qr: string, wall: number, qrDone: boolean, quiz: import("./road_scenes.js").Wall, buzz: import("../shared/contract").Buzz | null}} Show */

/** @param {number} value */
export const number = (value) => value.toLocaleString("en-US");

/** @param {number} ms */
export const seconds = (ms) => (ms / 1000).toFixed(3);

/** The address as it is typed: without the scheme. @param {string} url */
export const typed = (url) => url.replace(/^https?:\/\//, "").replace(/\/r\/[^/]*$/, "");

/** @param {number} value counts up once, from `from`; where nothing moves it stands @param {number} [from] */
export const counted = (value, from = 0) => html`<b class="num" data-to=${value} data-from=${from} .textContent=${number(value)}></b>`;

const PERSON = svg`<path d="M12 3a4.6 4.6 0 1 1 0 9.2A4.6 4.6 0 0 1 12 3Zm0 11c5 0 8.6 2.7 8.6 7H3.4c0-4.3 3.6-7 8.6-7Z"/>`;

/** @param {number} joined */
export const people = (joined) =>
  html`<p class="people num" aria-label=${t("People in")}><svg class="people__mark" viewBox="0 0 24 24" aria-hidden="true">${PERSON}</svg>${number(joined)}</p>`;

/**
 * The QR as the server drew it; as an image, so that nothing inside it can ever run.
 * @param {string} source the SVG itself, or the address of one; empty where no phone could open the link
 */
export function qrImage(source) {
  if (!source) return html`<p class="notice">${t("This link works on this machine only.")}</p>`;
  const drawn = source.includes("xmlns") ? source : source.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  const address = source.includes("<svg") ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}` : source;
  return html`<div class="qr"><img class="qr__image" alt=${t("QR code to join")} src=${address}></div>`;
}

/**
 * QR with the words that make it work for those who cannot scan.
 * @param {Show} show
 */
export const joinCard = (show) => html`
  <aside class="joincard">
    ${qrImage(show.qr)}
    <p class="joincard__code num" aria-label=${t("Join code")}>${show.scene.run.code}</p>
  </aside>`;

/**
 * @param {Show} show @param {unknown} body
 * @param {{right?: unknown, middle?: unknown, name: string}} options
 */
export const frame = (show, body, { right, middle, name }) => html`
  <div class="scene scene--${name}">
    <header class="top">
      <p class="top__title">${logo("top__logo")}${pick(show.scene.run.title)}</p>
      <div class="top__middle">${show.scene.run.rehearsal ? html`<span class="tag">${t("Rehearsal")}</span>` : nothing}${middle ?? nothing}</div>
      ${right ?? people(show.joined)}
    </header>
    <div class="body">${body}</div>
  </div>`;

/**
 * The gate around the seconds. It stands open at the top and closes as the time runs out.
 * @param {{opens: number | null, closes: number | null, seconds: number, phase: string}} time
 */
export const ring = ({ opens, closes, seconds: full, phase }) => html`
  <div class="ring ring--${phase}" data-ring data-opens=${opens ?? nothing} data-closes=${closes ?? nothing} data-seconds=${full}>
    <svg viewBox="0 0 100 100" aria-hidden="true">
      <circle class="ring__rail" cx="50" cy="50" r="45"/>
      <path class="ring__leaf" pathLength="100" d="M50 95A45 45 0 0 1 50 5"/>
      <path class="ring__leaf" pathLength="100" d="M50 95A45 45 0 0 0 50 5"/>
    </svg>
    <span class="ring__left num" data-left></span>
    ${phase === "open" ? html`<i class="ring__wave"></i><i class="ring__wave ring__wave--late"></i>` : nothing}
  </div>`;

/** The element's block: shape and letter on its colour. @param {number} place */
export const emblem = (place) =>
  html`<span class="emblem" data-el=${place}>${mark(place)}<b class="emblem__letter">${LETTERS[place]}</b></span>`;

/** What a correction did to the scores shown. @param {any} board */
export function recounted(board) {
  if (!board?.changed) return nothing;
  return html`<p class="notice">${recountWords(board.changed)}</p>`;
}

/** Survival in which nobody stands any more. @param {Show["scene"]} scene */
export function nobodyLeft({ board, round }) {
  if (board?.survivors !== 0 || (round && round.rule !== "survival")) return nothing;
  return html`<p class="fallen">${t("Everybody is out. The last to fall share the pot.")}</p>`;
}

/** At a buzzer people press; what they say is no tap. @param {number} n @param {number} of @param {string} [kind] of the question */
export const answeredOf = (n, of, kind) => kind === "buzzer" ? (n === 1 ? t("1 has pressed") : t("{n} have pressed", { n: number(n) }))
  : n === 1 ? t("1 of {of} has answered", { of: number(of) }) : t("{n} of {of} have answered", { n: number(n), of: number(of) });

/** @param {any} round */
export const counter = (round) => round.warm_up ? html`<span class="tag">${t("Warm-up: it counts nothing")}</span>`
  : html`<span class="num">${t("Question {n} of {of}", { n: round.n, of: round.of })}</span>`;
