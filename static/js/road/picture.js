/**
 * What the page draws: the map the server rendered, whose moving parts are filled in here, or the stage of a play. Also what
 * goes with a change of scene besides the picture: words said aloud, the focus, the phone's motor.
 */
import { render } from "lit-html";

import { ownNow } from "../shared/clock.js";
import { announce, vibrate } from "../shared/dom.js";
import { sentenceFor } from "./aloud.js";
import { Slots } from "./slots.js";
import { GUARD_MS, nextChange, sceneOf } from "./model.js";
import { stage } from "./stage.js";

/** @typedef {import("./model.js").Model} Model */

export class Picture {
  /** @param {HTMLElement} root @param {HTMLElement} map @param {import("./model.js").Actions} actions @param {() => void} again */
  constructor(root, map, actions, again) {
    this.root = root;
    this.map = map;
    this.actions = actions;
    this.again = again;
    this.slots = new Slots(map, actions);
    /** @type {Model | null} */
    this.before = null;
    /** Since when this picture stands, on our clock. */
    this.since = -GUARD_MS;
    this.scene = "";
    this.focused = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {Model} view @param {number} beat own clock: until then the answer just recorded is shown */
  draw(view, beat) {
    if (view.phase === "connecting") return;
    const scene = sceneOf(view);
    if (scene !== this.scene) {
      // The first picture is the page itself: it has been standing for as long as it was loading.
      if (this.before !== null) this.since = ownNow();
      this.scene = scene;
      this.focused = this.before === null;
      view = { ...view, armed: this.before === null, playing: false };
    }
    const onMap = view.phase === "map";
    this.map.hidden = !onMap;
    this.root.hidden = onMap;
    if (onMap) this.slots.draw(view);
    else render(stage(view, this.actions), this.root);
    this.root.dataset["phase"] = view.phase;
    this.map.dataset["phase"] = view.phase;
    this.#turn(view);
    this.before = view;
    this.#later(view, beat);
  }

  /** @param {Model} view @param {number} beat */
  #later(view, beat) {
    clearTimeout(this.timer);
    const guard = view.armed ? Infinity : this.since + GUARD_MS - ownNow();
    const sunk = view.phase === "recorded" ? beat - ownNow() : Infinity;
    const wait = Math.min(nextChange(view) - view.now, guard, sunk);
    if (wait < 2 ** 30) this.timer = setTimeout(this.again, Math.max(4, wait));
  }

  /** @param {Model} view */
  #turn(view) {
    const sentence = sentenceFor(this.before, view);
    if (sentence !== null) announce(sentence, view.phase === "open" ? "assertive" : "polite");
    if (view.armed && !this.focused) {
      this.focused = true;
      const goal = (view.phase === "map" ? this.map : this.root).querySelector("[data-focus]");
      if (goal instanceof HTMLElement) goal.focus({ preventScroll: true });
    }
    if (this.before === null || this.before.phase === view.phase) return;
    if (view.phase === "map" || this.before.phase === "map") scrollTo(0, 0);
    this.root.scrollTop = 0;
    if (view.phase === "verdict" && view.state.play?.verdict?.right) vibrate([40, 60, 40]);
    if (view.phase === "passed") vibrate([60, 80, 120]);
  }
}
