/**
 * The fan's game: where wire, clock, answer and picture are put together. Packets go through `apply`, taps through the
 * outbox, and both end in `draw`; between packets the picture is drawn again only when time itself changes it.
 */
import { render } from "lit-html";

import { keepClock, ownNow } from "../shared/clock.js";
import { announce, keepAwake, mayJoinAgain, readJson, storage, tabName, vibrate } from "../shared/dom.js";
import { watchPictures } from "../shared/pictures.js";
import { Outbox } from "../shared/outbox.js";
import { middleOf } from "../shared/scale.js";
import { connect } from "../shared/socket.js";
import { standingDelay } from "../shared/standing.js";
import { apply, empty } from "../shared/state.js";
import { sentenceFor } from "./aloud.js";
import { mayPress } from "./buzzer.js";
import { onTime } from "./light.js";
import { canWait, model, nextChange } from "./model.js";
import { verdictOf } from "./reveal.js";
import { stage } from "./stage.js";
import { fresh, nextToyChange, passed, tapped } from "./toy.js";
import { wallNow } from "../shared/wall.js";

/** @typedef {import("../shared/state.js").Packet} Packet @typedef {import("./model.js").Model} Model */

/** When the page itself arrived, on our clock: its script may have needed seconds more. Old browsers do not know. */
function pageArrived() {
  const [page] = /** @type {{responseStart?: number}[]} */ (performance.getEntriesByType("navigation"));
  return page?.responseStart || ownNow();
}

export class Game {
  /** @param {HTMLElement} root @param {string} code of the run */
  constructor(root, code) {
    this.root = root;
    this.code = code;
    this.state = empty();
    /** @type {import("./model.js").Local} */
    this.local = { link: "connecting", removed: null, picked: [], value: null, pending: null, toy: fresh(), epoch: 0 };
    /** @type {Model | null} */
    this.before = null;
    this.asked = "";
    /** Which pass of the awards we hold: a correction after the end brings another. */
    this.awarded = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {import("./model.js").Actions} */
    this.actions = {
      choose: (place) => this.choose(place),
      estimate: (value) => this.set({ value }),
      lockIn: () => this.lockIn(),
      press: () => this.press(),
      toy: () => this.set({ toy: tapped(this.local.toy, ownNow(), Math.random()) }),
    };
    this.wire = connect("/fans", { run: code, tab: tabName() }, this.#page());
    this.clock = keepClock({ ask: () => this.wire.ask("clock"), changed: () => this.draw() });
    this.outbox = new Outbox(this.#way(), storage, `fanfare.answer.${code}`);
    this.local.pending = this.outbox.pending;
    watchPictures(() => this.draw());
  }

  /** Listens to hands and to the page's sleep; draws what the server put into the page. */
  start() {
    const snapshot = readJson("page")?.snapshot;
    if (snapshot) this.take({ kind: "snapshot", data: snapshot }, pageArrived());
    keepAwake();
    addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.set({ epoch: this.local.epoch + 1 });
    });
  }

  #page() {
    return {
      packets: {
        snapshot: (/** @type {any} */ data) => this.take({ kind: "snapshot", data }),
        scene: (/** @type {any} */ data) => this.take({ kind: "scene", data }),
        tick: (/** @type {any} */ data) => this.take({ kind: "tick", data }),
        removed: (/** @type {{reason: string}} */ { reason }) => this.stop(reason),
      },
      link: (/** @type {import("./model.js").Local["link"]} */ link) => {
        const removed = link === "online" && this.local.removed === "full" ? null : this.local.removed;
        this.set({ link, removed, epoch: this.local.epoch + (link === "online" ? 1 : 0) });
        if (link !== "online") return this.clock.stop();
        void this.clock.start();
        this.outbox.send();
      },
      refused: (/** @type {string} */ code) => {
        if (code === "not_joined" && mayJoinAgain()) location.assign(`/r/${encodeURIComponent(this.code)}`);
        else this.stop(code);
      },
      full: () => this.set({ removed: "full" }),
    };
  }

  #way() {
    return {
      emit: (/** @type {any} */ answer, /** @type {any} */ done) => this.wire.emit("answer", answer, done),
      connected: () => this.wire.connected(),
      settled: (/** @type {any} */ ack, /** @type {any} */ answer) => {
        this.local = { ...this.local, pending: null, picked: [] };
        this.take({ kind: "ack", data: ack, answer });
        // What is stored under a duplicate may be another choice: the snapshot knows.
        if (ack.outcome === "duplicate") void this.refresh();
      },
      later: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
      cancel: (/** @type {any} */ timer) => clearTimeout(timer),
    };
  }

  /** @param {Packet} packet @param {number} [received] on our clock */
  take(packet, received = ownNow()) {
    const { scene: old, counted } = this.state;
    const round = old?.round?.id;
    if (packet.kind === "snapshot") this.clock.estimate.hint(packet.data.now_ms, received);
    this.state = apply(this.state, packet);
    if (this.state.scene?.round?.id !== round) this.local = { ...this.local, picked: [], value: null };
    if (this.state.behind) void this.refresh();
    // Counted again after the first result was out: what the page knows of itself is old, all of it.
    const before = old !== null && !["reveal", "board", "podium", "final"].includes(old.scene);
    if (packet.kind === "scene" && !before && counted !== this.state.counted) setTimeout(() => void this.refresh(), this.#moment());
    this.askForOwn();
    if (packet.kind !== "tick" || !canWait(this.view())) this.draw();
  }

  async refresh() {
    try {
      this.take({ kind: "snapshot", data: await this.wire.ask("refresh") });
    } catch {
      // The next connect brings one by itself.
    }
  }

  /** Own standing once a result, own awards once they are ready: each page at its own moment, not the hall at once. */
  askForOwn() {
    const { scene, standing, counted } = this.state;
    if (!scene || !["reveal", "board", "podium", "final"].includes(scene.scene)) return;
    const pass = scene.final?.awards ? (scene.final.version ?? 1) : 0;
    const result = `${scene.round?.id ?? ""} ${scene.reveal?.version ?? 0} ${pass} ${counted}`;
    const wanted = pass > this.awarded ? "awards" : standing ? "" : "standing";
    const what = `${wanted} ${result}`;
    if (!wanted || this.asked === what) return;
    this.asked = what;
    setTimeout(() => void this.#own(wanted, what, pass, 1), this.#moment());
  }

  /** A moment of this page's own within which all others ask too, ms. */
  #moment() {
    const { scene } = this.state;
    return standingDelay(Math.max(scene?.board?.of ?? 0, scene?.run.joined ?? 0), Math.random());
  }

  /** @param {"standing" | "awards"} wanted @param {string} what @param {number} pass @param {number} turn */
  async #own(wanted, what, pass, turn) {
    if (this.asked !== what) return;
    try {
      const data = await this.wire.ask(wanted);
      if (this.asked !== what) return; // counted again meanwhile: this is the old result
      if (!data || data.error) throw new Error(data?.error);
      if (wanted === "awards") this.awarded = pass;
      this.take({ kind: wanted, data });
    } catch {
      if (turn < 6) setTimeout(() => void this.#own(wanted, what, pass, turn + 1), 1000 * turn + Math.random() * 1000 + this.#moment());
    }
  }

  /** @param {Partial<import("./model.js").Local>} change */
  set(change) {
    this.local = { ...this.local, ...change };
    this.draw();
  }

  /** @param {string} reason */
  stop(reason) {
    this.clock.stop();
    this.wire.close();
    this.set({ removed: reason });
  }

  view() {
    return model(this.state, this.local, this.clock.serverNow(), wallNow());
  }

  /** @param {number} place */
  choose(place) {
    const view = this.view();
    const round = view.state.scene?.round;
    if (!view.playing || !round) return;
    if (round.kind !== "multiple") return this.send({ round: round.id, places: [place] });
    const picked = this.local.picked;
    this.set({ picked: picked.includes(place) ? picked.filter((each) => each !== place) : [...picked, place] });
  }

  lockIn() {
    const view = this.view();
    const round = view.state.scene?.round;
    if (!view.playing || !round || view.outside) return;
    if (round.kind === "estimate") this.send({ round: round.id, value: view.value ?? middleOf(round.low ?? 0, round.high ?? 100) });
    else if (view.chosen.length > 0) this.send({ round: round.id, places: [...view.chosen].sort() });
  }

  /** The buzzer. Before the opening it can be pressed too, and that is too early. */
  press() {
    const view = this.view();
    const round = view.state.scene?.round;
    if (round?.kind === "buzzer" && mayPress(view)) this.send({ round: round.id });
  }

  /** @param {import("../shared/contract").Answer} answer */
  send(answer) {
    const opened = this.state.scene?.round?.opens_ms ?? Infinity;
    this.outbox.submit({ ...answer, tap_ms: Math.max(0, Math.round(this.clock.serverNow() - opened)) });
    vibrate(20);
    this.set({ pending: this.outbox.pending });
  }

  /** 1–6 by place on the screen, A–F by element, Enter locks in. @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const typing = event.target instanceof HTMLInputElement;
    const focused = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
    const { order, playing, state } = this.view();
    if (state.scene?.round?.kind === "buzzer" && !typing && !focused && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      return this.press();
    }
    if (typing || !playing) return;
    if (event.key === "Enter" && !focused) return this.lockIn();
    const place = /^[1-6]$/.test(event.key) ? order[Number(event.key) - 1] : order.find((each) => "abcdef"[each] === event.key.toLowerCase());
    if (place !== undefined) this.choose(place);
  }

  draw() {
    const toy = passed(this.local.toy, ownNow());
    if (toy !== this.local.toy) this.local = { ...this.local, toy };
    const own = ownNow();
    const view = this.view();
    // Until the first snapshot the page the server rendered stands: it says more than we could.
    if (view.phase === "connecting") return;
    if (this.before === null) this.root.replaceChildren();
    render(stage(view, this.actions), this.root);
    onTime(this.root, view, own);
    this.root.dataset["phase"] = view.phase;
    this.#turn(view);
    this.before = view;
    clearTimeout(this.timer);
    const wait = Math.min(nextChange(view) - view.now, nextToyChange(this.local.toy) - ownNow());
    if (wait < 2 ** 30) this.timer = setTimeout(() => this.draw(), Math.max(4, Math.ceil(wait)));
  }

  /** What goes with a change of phase besides the picture. @param {Model} view */
  #turn(view) {
    const sentence = sentenceFor(this.before, view);
    if (sentence !== null) announce(sentence, view.phase === "open" ? "assertive" : "polite");
    if (this.before === null || this.before.phase === view.phase) return;
    if (view.phase === "open") vibrate(40);
    if (view.phase === "reveal" && verdictOf(view) === "right") vibrate([40, 60, 40]);
    // Nothing moves between the tap and the close; and setting it makes the browser lay the page out at once.
    if (!["sending", "recorded", "podium"].includes(view.phase)) this.root.scrollTop = 0;
  }
}
