/**
 * The server's clock, seen from this page.
 *
 * A sample is one question and its answer: sent and received on our clock, the server's reading in between. The sample
 * with the shortest round trip errs least (at most half of it), so its offset is the one used. Samples older than
 * `keepMs` go, because phone clocks drift and stop while asleep. Rejected: averaging, which lets one slow sample pull.
 *
 * @typedef {{sent: number, received: number, server: number}} Sample  all in ms
 */

/** Pure estimator: give it samples, ask it for the offset. */
export class ClockEstimate {
  /** @param {number} [keepMs] how long a sample counts, on our clock */
  constructor(keepMs = 120_000) {
    this.keepMs = keepMs;
    /** @type {Sample[]} */
    this.samples = [];
    /** server minus own clock in ms; null until the first sample @type {number | null} */
    this.offset = null;
    /** round trip of the sample in use @type {number | null} */
    this.roundTrip = null;
  }

  /** @param {Sample} sample */
  add(sample) {
    if (!(sample.received >= sample.sent) || !Number.isFinite(sample.server)) return;
    this.samples = this.samples.filter((old) => sample.received - old.received <= this.keepMs);
    this.samples.push(sample);
    let best = sample;
    for (const each of this.samples) {
      if (each.received - each.sent < best.received - best.sent) best = each;
    }
    this.roundTrip = best.received - best.sent;
    this.offset = best.server - (best.sent + best.received) / 2;
  }

  /** A first guess from a packet that carried the server's reading; any real sample replaces it.
   * @param {number} serverMs @param {number} received */
  hint(serverMs, received) {
    if (this.samples.length === 0) this.offset = serverMs - received;
  }

  /** After sleep the old samples may lie; the offset stays until a new sample comes. */
  forget() {
    this.samples = [];
  }

  /** The server's clock at `own` (our clock, ms). @param {number} own */
  at(own) {
    return own + (this.offset ?? 0);
  }
}

/** Our own monotonic clock in ms. */
export const ownNow = () => performance.now();

/**
 * Keeps an estimate in step: five samples at connect, then one every 20 s, and five again when the page wakes.
 * @param {{ask: () => Promise<{now_ms: number}>, changed?: () => void, every?: number}} wire
 *   `ask` sends `clock` and resolves with its acknowledgement
 */
export function keepClock({ ask, changed, every = 20_000 }) {
  const estimate = new ClockEstimate();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let turn = 0;

  async function sample() {
    const sent = ownNow();
    try {
      const { now_ms } = await ask();
      estimate.add({ sent, received: ownNow(), server: now_ms });
      changed?.();
    } catch {
      // Offline: the next connect samples anew.
    }
  }

  async function start() {
    const mine = ++turn;
    clearTimeout(timer);
    for (let i = 0; i < 5 && mine === turn; i++) {
      await sample();
      await new Promise((done) => setTimeout(done, 60));
    }
    if (mine === turn) timer = setTimeout(again, every);
  }

  async function again() {
    const mine = turn;
    await sample();
    if (mine === turn) timer = setTimeout(again, every);
  }

  function stop() {
    turn++;
    clearTimeout(timer);
  }

  if (typeof document !== "undefined") {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      estimate.forget();
      void start();
    });
  }
  return { estimate, start, stop, /** The server's clock now, ms. */ serverNow: () => estimate.at(ownNow()) };
}
