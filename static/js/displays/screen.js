/**
 * One screen: takes states, draws the scene, moves what moves by the clock. Used by the hall's page and, small, by the
 * desk, so that an operator sees what the hall sees and not a second drawing of it.
 *
 * A rendering happens when a packet came or when the clock crossed a mark (opening, whole second, last five seconds,
 * close). Between two renderings only the ring and counting numbers move. Text that does not fit is set smaller, never cut.
 */

import { html, nothing, render } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { buzzOf } from "../shared/buzz.js";
import { reducedMotion } from "../shared/dom.js";
import { watchPictures } from "../shared/pictures.js";
import { board, podium } from "./board_scenes.js";
import { momentOf, toldOf } from "./cues.js";
import { brand, paused } from "./over_scenes.js";
import { closedFraction, crowdOf, seat, secondsLeft } from "./figures.js";
import { number } from "./pieces.js";
import { closed, open, reading } from "./question_scenes.js";
import { reveal } from "./reveal_scene.js";
import * as road from "./road_scenes.js";
import { cancelled, final, lobby, scheduled } from "./waiting_scenes.js";
import { wallNow } from "../shared/wall.js";

/** @typedef {import("./pieces.js").Show} Show */
/** @typedef {import("../shared/state.js").State} State */

/** @type {Record<string, (show: Show) => unknown>} */
const SCENES = { scheduled, lobby, reading, open, closed, reveal, board, podium, final, cancelled, paused };
/** Of a quiz, whose packets have levels. @type {Record<string, (show: Show) => unknown>} */
const ROADS = { scheduled: road.scheduled, road: road.road, closed: road.closed };
/** Scenes with a clock of the calendar in them. */
const BY_HOURS = new Set(["scheduled", "road"]);
const COUNT_MS = 900;
const SMALLEST = 0.5;
/** Down to here choices and questions are at least 1/20 of the height (6 × 0.84, screen/choices.css). */
const READABLE = 0.83;
/** For the race of the answers no word gets much smaller: rather it stays away. */
const ROOMY = 0.92;
/** What a question gives way by, one after the other: classes of its body, and how small its type may get with them.
 * @type {[string[], number][]} */
const WAYS = [[[], ROOMY], [["body--bare"], READABLE], [["body--bare", "body--dense"], SMALLEST]];
/** @type {typeof WAYS} */
const WAYS_OF_OTHERS = [[[], SMALLEST]];

/** The wall's drawing of a scene. @param {any} scene @param {string} shown @returns {((show: Show) => unknown) | null | undefined} */
const sceneOf = (scene, shown) => shown === "brand" ? brand : ("levels" in scene ? ROADS : SCENES)[shown];

/**
 * What makes a scene a new picture: a change here draws it afresh, so that its ceremony begins.
 * @param {any} scene @param {string} shown
 */
function pictureOf(scene, shown) {
  if (shown === "podium" || shown === "brand") return shown;
  return [shown, scene.round?.id, scene.scene === "reveal" ? toldOf(scene.reveal) : scene.reveal?.version].join(":");
}

/**
 * Whether all children stand inside their box. By offsets, which do not see transforms: a row on its way is not too big.
 * @param {HTMLElement} box
 */
function holds(box) {
  const [first, last] = /** @type {(HTMLElement | null)[]} */ ([box.firstElementChild, box.lastElementChild]);
  if (!first || !last) return true;
  const top = first.offsetParent === box ? 0 : box.offsetTop;
  return first.offsetTop >= top - 2 && last.offsetTop + last.offsetHeight <= top + box.offsetHeight + 2
    && (!box.matches(".before, .arch__who") || [...box.children].every((child) => child.scrollWidth <= box.clientWidth + 2));
}

export class Screen {
  /**
   * @param {HTMLElement} root
   * @param {{now: () => number, moment?: (moment: import("./cues.js").Moment) => void, viewOf?: typeof sceneOf}} surroundings
   *   `now`: the server's clock; `viewOf`: another drawing than the wall's
   */
  constructor(root, { now, moment, viewOf = sceneOf }) {
    this.root = root;
    this.now = now;
    this.moment = moment;
    this.viewOf = viewOf;
    /** @type {State | null} */
    this.state = null;
    /** @type {{name: import("../shared/contract").Name, since: number}[]} */
    this.seats = [];
    /** Of those who stand in the lobby: name → badge. @type {Record<string, string>} */
    this.badges = {};
    this.beat = 0;
    /** What the server had rendered stands until the first scene is there. */
    this.begun = false;
    this.drawn = "";
    this.fitted = "";
    /** @type {WeakMap<Element, number>} */
    this.counting = new WeakMap();
    new ResizeObserver(() => this.fit()).observe(root);
    watchPictures(() => {
      this.beat += 1;
      this.frame();
    });
  }

  /** @param {State} state */
  take(state) {
    const [run, before] = [state.scene?.run, this.state?.scene?.run];
    if (run?.code !== before?.code || run?.nameless !== before?.nameless) {
      this.seats = [];
      this.badges = {};
    }
    this.state = state;
    this.beat += 1;
    const joined = state.tick?.joined ?? state.scene?.run.joined ?? 0;
    // What a tick brought before names were hidden (or shown again) is not shown any more.
    const names = (state.tick?.names ?? []).filter((each) => (typeof each === "number") === Boolean(run?.nameless));
    Object.assign(this.badges, state.tick?.badges);
    this.seats = seat(this.seats, names, crowdOf(joined).capacity, this.beat);
    this.frame();
  }

  /** Call on every animation frame. */
  frame() {
    const scene = this.state?.scene;
    if (!scene) return;
    const now = this.now();
    const moment = momentOf(scene, now);
    const second = BY_HOURS.has(scene.scene) ? Math.floor(wallNow() / 1000) : moment.left;
    const mark = [this.beat, scene.seq, moment.scene, moment.phase, second].join(" ");
    if (mark !== this.drawn) {
      this.drawn = mark;
      this.draw(now, moment);
      this.moment?.(moment);
    }
    this.turn(now);
    this.count();
  }

  /** @param {number} now @param {import("./cues.js").Moment} moment */
  draw(now, { scene: shown, phase }) {
    const state = /** @type {State} */ (this.state);
    const scene = /** @type {NonNullable<State["scene"]>} */ (state.scene);
    /** @type {Show} */
    const show = {
      scene, now, wall: wallNow(), names: this.seats, badges: this.badges,
      joined: state.tick?.joined ?? scene.run.joined,
      connected: state.tick?.connected ?? 0,
      answered: state.tick?.answered ?? 0,
      joinUrl: state.joinUrl ?? "", qr: state.qr ?? "",
      qrDone: (scene.round?.n ?? 1) > 1,
      quiz: road.wallOf(state.tick),
      buzz: buzzOf(state),
    };
    const picture = pictureOf(scene, shown);
    if (!this.begun) this.root.replaceChildren();
    this.begun = true;
    const view = this.viewOf(scene, shown);
    render(view ? html`${keyed(picture, view(show))}` : nothing, this.root);
    const fitted = `${picture} ${phase === "lead"} ${scene.podium?.step} ${JSON.stringify(scene.board?.changed)}`;
    if (fitted !== this.fitted) {
      this.fitted = fitted;
      this.fit();
    }
  }

  /** Steps the type down until the scene holds in its box; before it gets hard to read, everything else gives way. */
  fit() {
    const body = /** @type {HTMLElement | null} */ (this.root.querySelector("[class~=body]"));
    if (!body) return;
    const boxes = /** @type {HTMLElement[]} */ ([...body.querySelectorAll(".question, .choices, .before, .still, .thanks, .arch__who, .rail")]);
    const ways = body.querySelector(".choices") ? WAYS : WAYS_OF_OTHERS;
    for (const [classes, smallest] of ways) {
      body.classList.remove("body--bare", "body--dense");
      body.classList.add(...classes);
      for (let size = 1; size >= smallest; size -= 0.04) {
        body.style.setProperty("--fit", size.toFixed(2));
        if (boxes.every(holds)) return;
      }
    }
  }

  /** The ring closes; its number beats in the last seconds. @param {number} now */
  turn(now) {
    for (const ring of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-ring]"))) {
      const { opens, closes, seconds } = ring.dataset;
      const from = opens === undefined ? null : Number(opens);
      const until = closes === undefined ? null : Number(closes);
      const length = (closedFraction(from, until, now) * 100).toFixed(2);
      for (const leaf of ring.querySelectorAll("path")) leaf.setAttribute("stroke-dasharray", `${length} 200`);
      const left = /** @type {HTMLElement | null} */ (ring.querySelector("[data-left]"));
      if (!left) continue;
      const text = String(secondsLeft(until, now, Number(seconds)));
      if (left.textContent !== text) left.textContent = text;
      const beating = ring.classList.contains("ring--last") && until !== null && !reducedMotion();
      left.style.transform = beating ? `scale(${(1 + 0.16 * (((until - now) / 1000) % 1)).toFixed(3)})` : "";
    }
  }

  /** Numbers count up once, when they first appear. */
  count() {
    const time = performance.now();
    for (const each of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-to]"))) {
      const begun = this.counting.get(each) ?? time;
      if (!this.counting.has(each)) this.counting.set(each, time);
      const passed = reducedMotion() ? 1 : Math.min(1, (time - begun) / COUNT_MS);
      const [from, to] = [Number(each.dataset["from"]), Number(each.dataset["to"])];
      const text = number(Math.round(from + (to - from) * (1 - (1 - passed) ** 3)));
      if (each.textContent !== text) each.textContent = text;
    }
  }
}
