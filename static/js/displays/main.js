/**
 * The page on the wall. It shows the pairing code until an operator confirms it, then the show. Whatever goes wrong, the
 * last scene stays on the screen and the page comes back by itself: a hall must never see an error.
 */

import { keepClock, ownNow } from "../shared/clock.js";
import { keepAwake, useBrand } from "../shared/dom.js";
import { connect } from "../shared/socket.js";
import { apply, empty } from "../shared/state.js";
import { loadWords } from "../shared/words.js";
import { cuesBetween, pulseRate } from "./cues.js";
import { awaitPairing } from "./pairing.js";
import { Screen } from "./screen.js";
import { Sound } from "./sound.js";

/** @typedef {import("./cues.js").Moment} Moment */

/** @param {HTMLElement} root */
function show(root) {
  let state = empty();
  const sound = new Sound();
  /** @type {Moment | null} */
  let before = null;
  const clock = keepClock({ ask: () => wire.ask("clock") });
  const screen = new Screen(root, {
    now: clock.serverNow,
    moment: (moment) => {
      for (const cue of cuesBetween(before, moment)) sound.play(cue);
      before = moment;
    },
  });
  /** @param {import("../shared/state.js").Packet} packet */
  const take = (packet) => {
    const wasBehind = state.behind;
    state = apply(state, packet);
    screen.take(state);
    if (state.behind && !wasBehind) wire.ask("refresh").then((data) => data?.scene && take({ kind: "snapshot", data }), () => undefined);
  };
  const wire = connect("/displays", {}, {
    packets: {
      snapshot: (data) => {
        clock.estimate.hint(data.now_ms, ownNow());
        take({ kind: "snapshot", data });
      },
      scene: (data) => take({ kind: "scene", data }),
      tick: (data) => take({ kind: "tick", data }),
      removed: leave,
    },
    link: (link) => link === "online" && void clock.start(),
    refused: leave,
  });

  /** Not a display any more: back to a pairing code, the way every display begins. */
  function leave() {
    setTimeout(() => location.assign(root.dataset["pairing"] ?? "/display"), 1500);
  }

  const frame = () => {
    screen.frame();
    if (state.scene?.scene === "lobby" && !state.scene.brand) sound.pulse(pulseRate(state.tick?.joined ?? 0));
    requestAnimationFrame(frame);
  };
  frame();
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
useBrand();
keepAwake();
const pairing = document.getElementById("pairing");
const root = document.getElementById("screen");
if (pairing) awaitPairing(pairing);
if (root) show(root);
