/**
 * The run desk: one packet in, one picture out, and the acts an operator can do. Every act is sent with what it was
 * decided on (the seq it was pressed in, the key entered twice), so two desks or a double press move one step.
 *
 * The desk keeps no state of the show: only what the operator is in the middle of (a dialog, a search, a pairing code).
 */

import { render } from "lit-html";
import { Screen } from "../displays/screen.js";
import { ClockEstimate, ownNow } from "../shared/clock.js";
import { watchPictures } from "../shared/pictures.js";
import { apply, empty } from "../shared/state.js";
import { t } from "../shared/words.js";
import { actOf, isOn, mayExtend, mayPause, reopenLeft } from "./desk_controls.js";
import { dial } from "./desk_door.js";
import { Hands } from "./desk_hands.js";
import { listenToKeys, toTheDesk } from "./desk_keys.js";
import { Posters } from "./desk_posters.js";
import { deskView } from "./desk_view.js";
import { Wishes } from "./desk_wishes.js";
import { ackWords, complete, keyPacket, leadMs, nextWords, same } from "./steps.js";

/** @typedef {import("../shared/contract").Words} Words */
/** @typedef {import("./steps.js").Entry} Entry */
/** @typedef {import("../shared/contract").Buzz} Buzz */
/** @typedef {{id: string, n: number, warm_up: number, seconds: number, text: Words, kind: string, state: string, version: number, counted: number, choices: Words[] | null, places: number[] | null, value: number | null, margin: number | null, buzz?: Buzz | null}} DeskRound */
/** @typedef {{reason: "superhuman" | "device" | "staff", n: number, fastest_ms: number | null, like: string | null}} Why */
/** @typedef {{fan: string, name: string, number: number, connected: boolean, score: number, own?: string | null, why?: Why[]}} Person */
/**
 * @typedef {object} Desk   packet `desk` of docs/messages.md
 * @property {import("../shared/contract").Scene} scene
 * @property {number} now_ms
 * @property {{step: string, seq: number}} next
 * @property {{id: string, state: string, key: {places: number[], value: number | null, margin: number | null} | null, explanation: Words | null, sealed: boolean} | null} round
 * @property {{n: number, warm_up: boolean, text?: Words, kind: string, sealed: boolean} | null} upcoming
 * @property {DeskRound[]} rounds
 * @property {{auto_reveal: boolean, close_when_all: boolean}} switches
 * @property {boolean} paused
 * @property {boolean} by_itself
 * @property {"reveal" | "podium" | "nothing"} back
 * @property {Buzz | null} [buzz]
 * @property {number | null} reopen_until_ms
 * @property {{shown: boolean, chosen: boolean, code: string | null}} wall
 * @property {{joined: number, connected: number, displays: number, answered: number, rate: number, p99_ms: number, errors: number, degraded: string[]}} health
 * @property {Person[]} people
 */
/** @typedef {{kind: "key" | "correct" | "void" | "redo", round: string, stage: 1 | 2, first: Entry, second: Entry, why: string, note: string}} KeyDialog */
/** @typedef {KeyDialog | import("./desk_buzz.js").Remark | {kind: "help"} | {kind: "cancel"} | import("./desk_warm_up.js").WarmUp | import("./desk_people.js").Renaming | null} Dialog */
/** @typedef {{desk: Desk | null, link: string, refused: string, note: {text: string, good: boolean}, pressed: number | null, dialog: Dialog, search: string, found: Person[] | null, flagged: boolean, pairing: import("./desk_screens.js").Pairing, joinUrl: string, qr: string, displayUrl: string}} View */

/** @returns {Entry} */
const blank = () => ({ places: [], value: "" });

export class DeskPage {
  /** @param {HTMLElement} root with data-run, data-join, data-qr, data-display, data-poster */
  constructor(root) {
    this.root = root;
    const { run = "", join = "", qr = "", display = "", poster = "" } = root.dataset;
    /** @type {View} */
    this.view = {
      desk: null, link: "connecting", refused: "", note: { text: "", good: true }, pressed: null, dialog: null, search: "",
      found: null, flagged: false, pairing: { code: "", problem: "" }, joinUrl: join, qr,
      displayUrl: new URL(display || "/display", join || location.href).href,
    };
    this.clock = new ClockEstimate();
    this.posters = new Posters(poster, () => this.draw());
    this.wishes = new Wishes((name, on) => this.act(...actOf(name, on)), () => this.draw());
    this.hands = new Hands(root);
    /** @type {Screen | null} */
    this.screen = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.leading = undefined;
    root.textContent = "";
    this.draw();
    this.run = run;
    this.wire = dial(this);
    listenToKeys(this);
    watchPictures(() => this.draw());
  }

  /** @param {Partial<View>} change */
  set(change) {
    this.view = { ...this.view, ...change };
    this.draw();
  }

  /** @param {Desk} desk */
  take(desk) {
    this.clock.hint(desk.now_ms, ownNow());
    const pressed = this.view.pressed === desk.next.seq ? this.view.pressed : null;
    this.wishes.hear((name) => isOn(desk, name));
    this.set({ desk, pressed, link: "online" });
    this.mirror(desk);
    void this.posters.follow(desk.scene);
  }

  /** The server's clock. */
  now() {
    return this.clock.at(ownNow());
  }

  draw() {
    render(deskView(this.view, this), this.root);
    clearTimeout(this.leading);
    const lead = this.view.desk ? Math.max(leadMs(this.view.desk, this.now()), (this.view.desk.reopen_until_ms ?? 0) - this.now()) : 0;
    if (lead > 0) this.leading = setTimeout(() => this.draw(), (lead % 1000) + 4);
    const dialog = /** @type {HTMLDialogElement | null} */ (this.root.querySelector("dialog"));
    const shown = Boolean(this.view.dialog && !this.view.refused); // it comes back as it was after a login
    if (dialog && shown !== dialog.open) dialog[shown ? "showModal" : "close"]();
  }

  /** The small screen shows exactly what the hall sees. @param {Desk} desk */
  mirror(desk) {
    const root = /** @type {HTMLElement | null} */ (this.root.querySelector("#mirror"));
    if (!root) return;
    if (!this.screen) {
      const screen = new Screen(root, { now: () => this.now() });
      const frame = () => {
        screen.frame();
        requestAnimationFrame(frame);
      };
      this.screen = screen;
      requestAnimationFrame(frame);
    }
    const { joined, connected, answered } = desk.health;
    const names = desk.people.slice(0, 40).map((each) => (desk.scene.run.nameless ? each.number : each.name));
    const tick = { seq: desk.scene.seq, joined, connected, answered, names, buzz: desk.buzz ?? null };
    const snapshot = { scene: desk.scene, now_ms: desk.now_ms, join_url: this.view.joinUrl, qr: this.view.qr };
    this.screen.take(apply(apply(empty(), { kind: "snapshot", data: snapshot }), { kind: "tick", data: tick }));
  }

  /**
   * @param {string} event @param {Record<string, unknown>} data
   * @returns {Promise<any>} the acknowledgement, null if none came within five seconds: nothing is assumed then
   */
  async send(event, data) {
    // Never kept for later: an act from before a gap must not happen after it.
    if (!this.wire.connected()) return { error: "offline" };
    return this.hands.until(this.wire.ask(event, data).catch(() => null));
  }

  /** Sends an act; what came of it stands in the note. @param {string} event @param {Record<string, unknown>} data */
  async act(event, data) {
    const ack = await this.send(event, data);
    this.set({ note: ackWords(ack) });
    return ack;
  }

  /** The one big button. Pressed again before anything moved, it carries the same seq and changes nothing. */
  async next() {
    const { desk, pressed } = this.view;
    if (!desk || pressed === desk.next.seq || !nextWords(desk, this.now()).enabled) return;
    if (desk.next.step === "enter_key") {
      this.enterKey();
      return;
    }
    this.set({ pressed: desk.next.seq });
    const ack = await this.act("next", { seq: desk.next.seq });
    if (ack?.outcome !== "moved") this.set({ pressed: null });
  }

  enterKey() {
    const { desk } = this.view;
    if (desk?.round?.sealed && desk.next.step === "enter_key") this.openRound("key", desk.round.id);
  }

  /** @param {"key" | "correct" | "void" | "redo"} kind @param {string} round */
  openRound(kind, round) {
    this.set({ dialog: { kind, round, stage: 1, first: blank(), second: blank(), why: "", note: "" } });
  }

  /** @param {Partial<KeyDialog>} change */
  changeDialog(change) {
    const { dialog } = this.view;
    if (dialog && "round" in dialog) this.set({ dialog: { ...dialog, ...change } });
  }

  close() {
    this.set({ dialog: null });
  }

  /** Both entries of the key: the second is made without seeing the first. */
  async submitKey() {
    const { dialog, desk } = this.view;
    if (!dialog || !("round" in dialog) || !desk) return;
    const kind = desk.rounds.find((each) => each.id === dialog.round)?.kind ?? desk.scene.round?.kind ?? "single";
    const entry = dialog.stage === 1 ? dialog.first : dialog.second;
    if (!complete(entry, kind)) return;
    if (dialog.stage === 1) {
      this.changeDialog({ stage: 2, note: "" });
      return;
    }
    if (!same(dialog.first, dialog.second, kind)) {
      this.changeDialog({ stage: 1, first: blank(), second: blank(), note: ackWords({ outcome: "differs" }).text });
      return;
    }
    const packet = keyPacket(dialog.round, kind, dialog.first, dialog.second);
    const event = dialog.kind === "key" ? "key" : "correct";
    this.finish(await this.act(event, event === "key" ? packet : { ...packet, why: dialog.why.trim() }));
  }

  /** Void, or void and asked again. */
  async voidRound() {
    const { dialog } = this.view;
    if (dialog && "round" in dialog) this.finish(await this.act(dialog.kind === "redo" ? "redo" : "void", { round: dialog.round, why: dialog.why.trim() }));
  }

  /** @param {any} ack */
  finish(ack) {
    if (ack?.outcome === "moved") {
      this.close();
      toTheDesk(); // the browser gives the focus back to what opened the dialog, and that is done
    } else this.changeDialog({ stage: 1, first: blank(), second: blank(), note: ackWords(ack).text });
  }

  /** On, or back: brand, names, pause, what goes by itself. @param {import("./desk_controls.js").Turned} name */
  turn(name) {
    const { desk } = this.view;
    if (desk && (name !== "pause" || mayPause(desk))) this.wishes.turn(name, isOn(desk, name));
  }

  /** Ten seconds more for the open question. */
  extend() {
    const { desk } = this.view;
    if (desk && mayExtend(desk, this.now())) void this.act("extend", { round: desk.round?.id, seconds: desk.scene.round?.seconds });
  }

  /** The questions to come, as they were and as they shall be. @param {string[]} before @param {string[]} after */
  order(before, after) {
    void this.act("order", { before, after });
  }

  /** The end of the run, taken back. */
  reopen() {
    const { desk } = this.view;
    if (desk && reopenLeft(desk, this.now()) > 0) void this.act("reopen", {});
  }

  /** Whether the screens are to follow this run, or choose by themselves. @param {boolean} shown */
  wall(shown) {
    void this.act("wall", { shown });
  }

  async cancel() {
    const ack = await this.act("cancel", {});
    if (ack?.outcome === "moved") this.close();
  }

  async copyLink() {
    try {
      await navigator.clipboard.writeText(this.view.joinUrl);
      this.set({ note: { text: t("The link is copied"), good: true } });
    } catch {
      // On plain http there is no clipboard: the field is selected instead, one key away from a copy.
      /** @type {HTMLInputElement | null} */ (this.root.querySelector("#join-link"))?.select();
    }
  }
}

/** @param {HTMLElement} root */
export const startDesk = (root) => new DeskPage(root);
