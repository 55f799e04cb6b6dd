/**
 * The page on the wall, and the overlays over a stream. Each shows the pairing code until an operator confirms it, then the
 * show. A hall must never see an error, and a stream nothing but what was ordered.
 */

import { keepAwake } from "../shared/dom.js";
import { loadWords } from "../shared/words.js";
import { cuesBetween, heardBetween, pulseOf, pulseRate } from "./cues.js";
import { follow } from "./follow.js";
import { overlayOf } from "./overlays.js";
import { awaitPairing } from "./pairing.js";
import { Sound } from "./sound.js";

/** @typedef {import("./cues.js").Moment} Moment */

/** Between two notes of a lobby that fills. */
const APART_S = 0.11;

/** @param {HTMLElement} root */
function show(root) {
  const sound = new Sound({ muted: root.dataset["silent"] !== undefined });
  /** @type {Moment | null} */
  let before = null;
  const moment = (/** @type {Moment} */ now) => {
    for (const cue of cuesBetween(before, now)) sound.play(cue);
    before = now;
  };
  /** @type {import("./cues.js").Pulse | null} */
  let heard = null;
  follow(root, { moment }, (state) => {
    const pulse = pulseOf(state);
    const { joins, pass } = heardBetween(heard, pulse);
    heard = pulse;
    joins.forEach((nth, at) => sound.join(nth, at * APART_S));
    if (pass) sound.play("pass");
    if (state.scene?.scene === "lobby" && pulse) sound.pulse(pulseRate(pulse.joined));
  });
  listen(sound);
}

/** One click for the sound, M to mute; the hint goes when it has been followed. @param {Sound} sound */
function listen(sound) {
  const hint = document.getElementById("sound-hint");
  const told = () => {
    if (hint) hint.hidden = sound.on || sound.muted;
  };
  addEventListener("pointerdown", () => {
    sound.enable();
    setTimeout(told, 200);
  });
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "m") sound.toggle();
    else if (event.key.toLowerCase() === "f") void document.documentElement.requestFullscreen?.().catch(() => undefined);
    else return;
    setTimeout(told, 200);
  });
  setTimeout(() => {
    if (hint) hint.hidden = true;
  }, 30_000);
}

loadWords();
keepAwake();
const pairing = document.getElementById("pairing");
const root = document.getElementById("screen");
const overlay = document.getElementById("overlay");
if (pairing) awaitPairing(pairing);
if (root) show(root);
if (overlay) follow(overlay, { viewOf: overlayOf(overlay.dataset["kind"] ?? "corner", overlay.dataset["stream"]) });
