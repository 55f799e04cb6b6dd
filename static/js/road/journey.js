/**
 * A fan on the road: where wire, clock, actions and picture are put together. Every action names the play and the step it
 * wants to be and travels through one outbox, so that taps that are lost, doubled or overtaken do no harm.
 */
import { keepClock, ownNow } from "../shared/clock.js";
import { keepAwake, mayJoinAgain, readJson, storage, tabName, vibrate } from "../shared/dom.js";
import { watchPictures } from "../shared/pictures.js";
import { Outbox } from "../shared/outbox.js";
import { middleOf } from "../shared/scale.js";
import { connect } from "../shared/socket.js";
import { Picture } from "./picture.js";
import { askedFor, freshLocal, GUARD_MS, model } from "./model.js";
import { apply, empty } from "./state.js";
import { pressed } from "./keys.js";
import { share } from "./share.js";
import { wallNow } from "../shared/wall.js";

/** @typedef {import("./contract").Action} Action @typedef {import("./contract").ActionData} ActionData */
/** @typedef {import("./contract").PlayAck} PlayAck */

const FINAL = new Set([
  "started", "resumed", "no_attempts", "not_yet", "bank_too_small", "not_open", "done", "duplicate", "stale", "too_late", "unknown_choice",
  "not_yours", "ended", "no_help", "no_challenge", "own_challenge", "challenge_taken", "own_question", "no_duels",
]);
/** How long the sunk choice is to be seen before its verdict. */
const BEAT_MS = 450;
/** After the close: an answer on its way may still come, and our clock may be ahead. */
const GRACE_MS = 700;
const SETTLED_MS = 2500;
const HOURS_MS = 2000;

/** Why no play began; anything else that is refused shows itself in the play. */
const REFUSED = new Set(["no_attempts", "not_yet", "not_open", "bank_too_small", "no_challenge", "own_challenge", "challenge_taken", "own_question", "no_duels"]);

export class Journey {
  /** @param {HTMLElement} stage @param {HTMLElement} map @param {string} code of the run */
  constructor(stage, map, code) {
    this.code = code;
    this.state = empty();
    /** @type {import("./model.js").Local} */
    this.local = freshLocal();
    this.place = `fanfare.road.${code}`;
    this.settledAt = ownNow();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.asking = undefined;
    this.greeted = false;
    this.picture = new Picture(stage, map, this.#actions(), () => this.draw());
    this.wire = connect("/fans", { run: code, tab: tabName() }, this.#page());
    watchPictures(() => this.draw());
    this.clock = keepClock({ ask: () => this.wire.ask("clock"), changed: () => this.draw() });
    const fits = (/** @type {any} */ kept) => typeof kept?.data?.n === "number";
    this.outbox = new Outbox(/** @type {any} */ (this.#way()), storage, `fanfare.step.${code}`, { final: FINAL, early: false, fits });
    this.local.pending = this.#pending();
  }

  start() {
    const page = readJson("page")?.snapshot;
    if (page) this.take({ kind: "snapshot", data: page });
    keepAwake();
    addEventListener("keydown", (event) => pressed(event, this.view(), this.actions));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.set({ epoch: this.local.epoch + 1 });
    });
  }

  /** @returns {Action | null} */
  #pending() {
    return /** @type {any} */ (this.outbox.pending);
  }

  #page() {
    return {
      packets: {
        snapshot: (/** @type {any} */ data) => this.#arrived(data),
        scene: (/** @type {any} */ data) => this.#moved(data),
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
        if (code === "not_joined" && mayJoinAgain()) location.reload();
        else this.stop(code);
      },
      full: () => this.set({ removed: "full" }),
    };
  }

  /** The first snapshot of a page: a question whose clock is running, and a play that was being looked at, come back at once.
   * @param {import("./contract").Snapshot} data */
  #arrived(data) {
    this.clock.estimate.hint(data.now_ms, ownNow());
    const play = data.you?.play;
    if (!this.greeted && play && (play.open || storage.get(this.place) === play.id)) this.local = { ...this.local, at: "play" };
    if (!this.greeted) void this.#called();
    this.greeted = true;
    this.take({ kind: "snapshot", data });
  }

  /** A newer road. Whoever waits for it to open is told their own hour anew, not all at once.
   * @param {import("./contract").Road} data */
  #moved(data) {
    this.take({ kind: "scene", data });
    if (this.state.you?.opens_at) setTimeout(() => void this.refresh(), Math.random() * HOURS_MS);
  }

  /** By a friend's link: who calls, and whether it can be taken up. */
  async #called() {
    const token = new URLSearchParams(location.search).get("d");
    if (!token) return;
    try {
      const { refused, challenger } = await this.wire.ask("challenge", { challenge: token.slice(0, 64) });
      this.set({ called: { token, refused: refused ?? null, challenger: challenger ?? null } });
    } catch {
      this.greeted = false; // with the next snapshot
    }
  }

  #way() {
    return {
      emit: (/** @type {Action} */ action, /** @type {any} */ done) => this.wire.emit(action.event, action.data, done),
      connected: () => this.wire.connected(),
      settled: (/** @type {PlayAck} */ ack, /** @type {Action} */ action) => this.#settled(ack, action),
      later: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
      cancel: (/** @type {any} */ timer) => clearTimeout(timer),
    };
  }

  /** @param {PlayAck} ack @param {Action} action */
  #settled(ack, action) {
    const refused = REFUSED.has(ack.outcome ?? "") && action.event === "play" ? (ack.outcome ?? null) : null;
    const before = this.state.play;
    const moved = ack.outcome === "stale" && action.event !== "ask";
    this.local = { ...this.local, pending: null, refused, moved };
    // Something else is under way than what was asked for: the map says what, and how to end it.
    const other = ack.outcome === "resumed" && Boolean(ack.play) && !askedFor(action.data, ack.play);
    if (other) this.local = { ...this.local, at: "map" };
    else if (action.event === "play" && ack.play) this.local = { ...this.local, at: "play", seen: 0, lead: 0, called: action.data.challenge ? null : this.local.called, shared: false };
    if (ack.now_ms) this.clock.estimate.hint(ack.now_ms, ownNow());
    this.take({ kind: "ack", data: ack });
    const ended = ack.play?.state === "ended" && before?.state !== "ended";
    // What the settlement adds (totals, a streak's extra play) is there a moment later.
    if (ended) setTimeout(() => void this.refresh(), SETTLED_MS + Math.random() * 1000);
    if (ended || refused || ack.error || ack.outcome === "not_open" || ack.outcome === "not_yours") void this.refresh();
  }

  /** @param {import("./state.js").Packet} packet */
  take(packet) {
    const before = this.state.play;
    this.state = apply(this.state, packet);
    const { play } = this.state;
    if (play?.open && play.open.n !== before?.open?.n) this.local = { ...this.local, picked: [], value: null };
    if (play?.open) this.local = { ...this.local, gone: play.open.hidden };
    if (this.local.at === "play") storage.set(this.place, play && play.state !== "ended" ? play.id : null);
    this.draw();
  }

  async refresh() {
    try {
      this.take({ kind: "snapshot", data: await this.wire.ask("refresh") });
    } catch {
      // The next connect brings one by itself.
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
    const own = ownNow();
    return model(this.state, this.local, this.clock.serverNow(), own, wallNow(), own - this.picture.since >= GUARD_MS);
  }

  draw() {
    const view = this.view();
    this.picture.draw(view, this.local.beat);
    clearTimeout(this.asking);
    // Nobody answered: the page itself asks what became of the question.
    if (view.phase !== "timeup" || this.local.pending || !view.state.play?.open) return;
    const wait = view.state.play.open.closes_ms + GRACE_MS - this.clock.serverNow();
    this.asking = setTimeout(() => this.#timeIsUp(), Math.max(wait, ownNow() - this.settledAt < GRACE_MS ? GRACE_MS : 0));
  }

  #timeIsUp() {
    this.settledAt = ownNow();
    if (this.view().phase === "timeup") this.#submit("ask");
  }

  /** @param {Action["event"]} event @param {ActionData} [more] */
  #submit(event, more = {}) {
    const { play } = this.state;
    const data = event === "play" ? more : play && { play: play.id, n: play.n, ...more };
    if (!data || !this.outbox.submit(/** @type {any} */ ({ event, data }))) return;
    this.set({ pending: this.#pending(), moved: false, leaving: false, refused: null });
  }

  /** What a tap does. A picture that has only just come takes none: a double tap must not answer what nobody has read. */
  #actions() {
    /** @param {(...given: any[]) => void} act */
    const meant = (act) => (/** @type {any[]} */ ...given) => void (this.view().armed && act(...given));
    /** @type {import("./model.js").Actions} */
    this.actions = {
      begin: meant((practice) => this.#submit("play", practice ? { practice: true } : {})),
      take: meant(() => this.local.called && this.#submit("play", { challenge: this.local.called.token })),
      resume: meant(() => (this.state.play ? this.set({ at: "play" }) : this.#submit("play"))),
      map: () => {
        storage.set(this.place, null);
        this.set({ at: "map", leaving: false });
        if (this.state.play?.state === "ended") void this.refresh(); // settled meanwhile
      },
      ask: meant(() => this.#submit("ask")),
      next: meant(() => this.#next()),
      choose: (place) => this.#choose(place),
      estimate: (value) => this.set({ value }),
      lockIn: () => this.#lockIn(),
      help: (help) => this.#submit("help", { help }),
      decide: meant((dare) => this.#submit("decide", { dare })),
      retry: meant(() => this.#submit("retry")),
      stop: meant(() => (this.local.leaving ? this.#submit("stop") : this.set({ leaving: true }))),
      share: () => void share(this.state).then((shared) => this.set({ shared })),
    };
    return this.actions;
  }

  #next() {
    const { play, road } = this.state;
    if (play?.state === "verdict") return this.#submit("ask");
    if (this.view().phase === "verdict") return this.set({ seen: play?.verdict?.n ?? 0 });
    if (play?.state === "passed" && !road?.rules.dare) this.set({ lead: play.level });
  }

  /** @param {number} place */
  #choose(place) {
    const view = this.view();
    const open = view.state.play?.open;
    if (!view.playing || !open || open.hidden.includes(place)) return;
    if (open.question.kind !== "multiple") return this.#reply({ places: [place] });
    const { picked } = this.local;
    this.set({ picked: picked.includes(place) ? picked.filter((each) => each !== place) : [...picked, place] });
  }

  #lockIn() {
    const view = this.view();
    const question = view.state.play?.open?.question;
    if (!view.playing || !question || view.outside) return;
    if (question.kind === "estimate") this.#reply({ value: view.value ?? middleOf(question.low ?? 0, question.high ?? 100) });
    else if (view.chosen.length > 0) this.#reply({ places: [...view.chosen].sort() });
  }

  /** @param {ActionData} said */
  #reply(said) {
    vibrate(20);
    this.local = { ...this.local, beat: ownNow() + BEAT_MS };
    this.#submit("reply", said);
  }
}
