/** The editor's preview: the real views of fans and displays, one still packet, no wire. The countdown begins again when it ends. */

import { render } from "lit-html";

import { Screen } from "../../displays/screen.js";
import { model } from "../../fans/model.js";
import { stage } from "../../fans/stage.js";
import { fresh } from "../../fans/toy.js";
import { readJson } from "../../shared/dom.js";
import { apply, empty } from "../../shared/state.js";
import { middleOf } from "../../shared/scale.js";
import { loadWords } from "../../shared/words.js";

const YOU = { fan: "preview", name: "", seed: 7, score: 0, out: false, lives: null, streak: 0, answered: null };
const now = () => performance.now();

/** @param {any} scene @param {number} seq @param {string} [qr] @returns {import("../../shared/state.js").State} the scene, opened just now */
function opened(scene, seq, qr) {
  const opens = now();
  const round = { ...scene.round, opens_ms: opens, closes_ms: opens + scene.round.seconds * 1000 };
  const data = { scene: { ...scene, seq, round }, you: YOU, now_ms: opens, qr };
  return apply(empty(), { kind: "snapshot", data: /** @type {any} */ (data) });
}

/** @param {HTMLElement} root @param {any} scene */
function asFan(root, scene) {
  let state = opened(scene, 1);
  /** @type {import("../../fans/model.js").Local} */
  let local = { link: "online", removed: null, picked: [], value: null, pending: null, toy: fresh(), epoch: 0 };
  /** @param {Partial<import("../../fans/model.js").Local>} change */
  const set = (change) => {
    local = { ...local, ...change };
    draw();
  };
  const act = {
    choose: (/** @type {number} */ place) => {
      const many = scene.round.kind === "multiple";
      const without = local.picked.filter((each) => each !== place);
      set({ picked: many ? (without.length < local.picked.length ? without : [...without, place]) : [place] });
    },
    estimate: (/** @type {number} */ value) => set({ value }),
    press: () => undefined,
    lockIn: () => set({ value: local.value ?? middleOf(scene.round.low ?? 0, scene.round.high ?? 1) }),
    toy: () => undefined,
  };
  const draw = () => render(stage(model(state, local, now(), Date.now()), act), root);
  setInterval(() => {
    if ((state.scene?.round?.closes_ms ?? 0) <= now()) {
      state = opened(scene, (state.scene?.seq ?? 0) + 1);
      local = { ...local, picked: [], value: null, epoch: local.epoch + 1 };
    }
    draw();
  }, 500);
  draw();
}

/** @param {HTMLElement} root @param {any} scene @param {string} qr a sample, where the code will stand */
function asDisplay(root, scene, qr) {
  let state = opened(scene, 1, qr);
  const screen = new Screen(root, { now });
  screen.take(state);
  const frame = () => {
    if ((state.scene?.round?.closes_ms ?? 0) <= now()) {
      state = opened(scene, (state.scene?.seq ?? 0) + 1, qr);
      screen.take(state);
    }
    screen.frame();
    requestAnimationFrame(frame);
  };
  frame();
}

loadWords();
const preview = readJson("preview");
const stageRoot = document.getElementById("stage");
const screenRoot = document.getElementById("screen");
if (preview && stageRoot) asFan(stageRoot, preview.scene);
if (preview && screenRoot) asDisplay(screenRoot, preview.scene, preview.qr);
