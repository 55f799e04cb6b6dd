/**
 * One answer on its way: kept in storage, repeated with the same content until acknowledged (after 1, 2, 4, 4 … s).
 *
 * The server stores the first and answers repeats with the same receipt, so sending too often is harmless and sending
 * too seldom is not. Only what the server decided ends it; silence, `busy` and an internal error do not. Everything
 * from outside (wire, store, timers) comes in, so the test runs it without waiting.
 */

/**
 * @typedef {import("./contract").Answer} Answer
 * @typedef {import("./contract").AnswerAck} AnswerAck
 * @typedef {{get(key: string): string | null, set(key: string, value: string | null): void}} Store
 * @typedef {object} Wire
 * @property {(answer: Answer, done: (ack: AnswerAck) => void) => void} emit
 * @property {() => boolean} connected
 * @property {(ack: AnswerAck, answer: Answer) => void} settled
 * @property {(run: () => void, ms: number) => unknown} later
 * @property {(timer: any) => void} cancel
 */

const WAITS_MS = [1000, 2000, 4000];
/** Our clock may be a little ahead: `not_open` is asked again at once, a few times, before the fan is told. */
const EARLY_MS = 120;
const EARLY_TRIES = 3;

/**
 * What travels: which outcomes end it, whether `not_open` may only be our clock, what may be taken up again after a reload.
 * @typedef {{final: ReadonlySet<string>, early: boolean, fits: (kept: any) => boolean}} Parcel
 */

/** @type {Parcel} */
const ANSWER = {
  final: new Set(["recorded", "duplicate", "too_late", "not_open", "paused", "unknown_choice", "bad_input", "not_playing", "early", "locked"]),
  early: true,
  fits: (kept) => typeof kept?.round === "string",
};

export class Outbox {
  /** @param {Wire} wire @param {Store} store @param {string} key @param {Parcel} [parcel] */
  constructor(wire, store, key, parcel = ANSWER) {
    this.wire = wire;
    this.store = store;
    this.key = key;
    this.parcel = parcel;
    this.tries = 0;
    this.early = 0;
    /** @type {any} */
    this.timer = null;
    /** @type {Answer | null} */
    this.pending = restore(store.get(key), parcel);
  }

  /** Takes an answer unless one is on its way. @param {Answer} answer @returns {boolean} taken */
  submit(answer) {
    if (this.pending) return false;
    this.pending = answer;
    this.tries = 0;
    this.early = 0;
    this.store.set(this.key, JSON.stringify(answer));
    this.send();
    return true;
  }

  /** Sends what is pending now: after a connect, or when its time has come. */
  send() {
    const answer = this.pending;
    if (!answer) return;
    this.wire.cancel(this.timer);
    if (this.wire.connected()) this.wire.emit(answer, (ack) => this.#acknowledged(answer, ack));
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)] ?? 4000;
    this.tries += 1;
    this.timer = this.wire.later(() => this.send(), wait);
  }

  /** @param {Answer} answer @param {AnswerAck} ack */
  #acknowledged(answer, ack) {
    if (this.pending !== answer) return; // an earlier repeat was acknowledged first
    if (this.parcel.early && ack?.outcome === "not_open" && this.early < EARLY_TRIES) {
      this.early += 1;
      this.wire.cancel(this.timer);
      this.timer = this.wire.later(() => this.send(), EARLY_MS);
      return;
    }
    const final = ack?.error ? ack.error === "bad_input" : this.parcel.final.has(ack?.outcome ?? "");
    if (!final) return; // busy or internal: the timer runs on
    this.wire.cancel(this.timer);
    this.pending = null;
    this.store.set(this.key, null);
    this.wire.settled(ack, answer);
  }
}

/** @param {string | null} text @param {Parcel} parcel @returns {Answer | null} */
function restore(text, parcel) {
  if (!text) return null;
  try {
    const answer = JSON.parse(text);
    return parcel.fits(answer) ? answer : null;
  } catch {
    return null;
  }
}
