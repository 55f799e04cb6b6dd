/**
 * The player of a replay: a place on the timeline, a speed, and the state of the screen there. Packets go through the same
 * `apply` as on the night; going back begins from nothing again, which costs a few thousand packets and no second way.
 */
import { apply, empty } from "../shared/state.js";

/** @typedef {import("../shared/state.js").State} State
 * @typedef {{ms: number, scene: string, n: number | null, warm_up: boolean}} Mark
 * @typedef {[number, "scene" | "tick", any]} Timed
 * @typedef {{code: string, length_ms: number, marks: Mark[], packets: Timed[]}} Record */

export const SPEEDS = [1, 20];

export class Player {
  /** @param {Record} record @param {(state: State, jumped: boolean) => void} show */
  constructor(record, show) {
    this.record = record;
    this.show = show;
    this.ms = 0;
    this.speed = 1;
    this.playing = false;
    this.next = 0;
    this.state = empty();
    this.#take(true);
  }

  get ended() {
    return this.ms >= this.record.length_ms;
  }

  /** @param {number} passed ms on the own clock */
  turn(passed) {
    if (!this.playing) return;
    this.ms = Math.min(this.record.length_ms, this.ms + passed * this.speed);
    this.#take(false);
    if (this.ended) this.playing = false;
  }

  /** @param {number} ms */
  jump(ms) {
    const to = Math.max(0, Math.min(this.record.length_ms, ms));
    if (to < this.ms) {
      this.next = 0;
      this.state = empty();
    }
    this.ms = to;
    this.#take(true);
  }

  /** From its end it begins again. */
  toggle() {
    if (this.ended) this.jump(0);
    this.playing = !this.playing;
  }

  /** The mark that stands before or after the place we are at; a moment behind a mark, *before* means the one before it.
   * @param {-1 | 1} way */
  step(way) {
    const { marks } = this.record;
    const to = way > 0
      ? marks.find((mark) => mark.ms > this.ms)
      : [...marks].reverse().find((mark) => mark.ms < this.ms - 1000 * this.speed) ?? marks[0];
    if (to) this.jump(to.ms);
  }

  /** @returns {number} which mark we stand behind, -1 before the first */
  here() {
    return this.record.marks.reduce((found, mark, at) => (mark.ms <= this.ms ? at : found), -1);
  }

  /** @param {boolean} jumped */
  #take(jumped) {
    const before = this.next;
    for (let timed = this.record.packets[this.next]; timed && timed[0] <= this.ms; timed = this.record.packets[this.next]) {
      const [, kind, data] = timed;
      this.state = apply(this.state, kind === "scene" ? { kind, data } : { kind, data });
      this.next += 1;
      if (!jumped) this.show(this.state, false);
    }
    if (jumped && (this.next !== before || this.next === 0)) this.show(this.state, true);
  }
}

/** 4:07 @param {number} ms */
export const clockOf = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
