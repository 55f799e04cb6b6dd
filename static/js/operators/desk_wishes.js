/**
 * What is on or off at the desk, and what it is wished to be. A press turns the wish round, not what the desk was last told:
 * pressed twice before the server has answered, it is as it was. One wish is under way at a time, so that they arrive in
 * turn; the latest wins, and an answer to an older one overrides nothing.
 */

/** @typedef {{wanted: boolean, sending: boolean, shown?: boolean}} Wish with `shown`: told so while its last act was under way */

const FORGOTTEN_MS = 3000; // a wish that was done, and that no packet has shown: another desk was quicker

export class Wishes {
  /**
   * @param {(name: string, on: boolean) => Promise<any>} send its acknowledgement, null if none came
   * @param {() => void} changed
   */
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
    /** @type {Map<string, Wish>} */
    this.open = new Map();
  }

  /** What it shall be: as wished last, else as the desk was told. @param {string} name @param {boolean} told */
  of(name, told) {
    return this.open.get(name)?.wanted ?? told;
  }

  /** @param {string} name */
  waits(name) {
    return this.open.has(name);
  }

  /** The other way round. @param {string} name @param {boolean} told */
  turn(name, told) {
    const wish = this.open.get(name) ?? { wanted: told, sending: false };
    wish.wanted = !wish.wanted;
    this.open.set(name, wish);
    this.changed();
    if (!wish.sending) void this.deliver(name, wish);
  }

  /** @param {string} name @param {Wish} wish */
  async deliver(name, wish) {
    wish.sending = true;
    let sent, ack;
    do {
      sent = wish.wanted;
      wish.shown = false;
      ack = await this.send(name, sent);
    } while (ack && !ack.error && wish.wanted !== sent);
    wish.sending = false;
    if (ack?.outcome === "moved" && !wish.shown) setTimeout(() => !wish.sending && this.forget(name, wish), FORGOTTEN_MS);
    else this.forget(name, wish);
  }

  /** @param {string} name @param {Wish} wish */
  forget(name, wish) {
    if (this.open.get(name) !== wish) return;
    this.open.delete(name);
    this.changed();
  }

  /** The desk was told how things are. @param {(name: string) => boolean} told */
  hear(told) {
    for (const [name, wish] of this.open) {
      if (wish.sending) wish.shown = wish.wanted === told(name);
      else if (wish.wanted === told(name)) this.open.delete(name);
    }
  }
}
