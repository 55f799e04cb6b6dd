/** The preview of a quiz: the fans' own map and stage on one face of a play that nobody plays. No wire; the question's clock begins
 * again when it ends. */

import { Picture } from "../../road/picture.js";
import { freshLocal, model } from "../../road/model.js";
import { apply, empty } from "../../road/state.js";
import { readJson } from "../../shared/dom.js";
import { loadWords } from "../../shared/words.js";

/** @typedef {import("../../road/contract").Play} Play */

/** The question opened just now. @param {Play} play @param {number} now @returns {Play} */
const opened = (play, now) =>
  play.open ? { ...play, open: { ...play.open, opened_ms: now, closes_ms: now + play.open.closes_ms - play.open.opened_ms } } : play;

function show() {
  const page = readJson("page");
  const [stage, map] = [document.getElementById("stage"), document.getElementById("map")];
  if (!stage || !map || !page) return;
  const { snapshot, face } = page;
  let state = apply(empty(), { kind: "snapshot", data: snapshot });
  const at = /** @type {"map" | "play"} */ (face === "map" ? "map" : "play");
  const seen = face === "result" ? (state.play?.verdict?.n ?? 0) : 0;
  let local = { ...freshLocal(), link: /** @type {const} */ ("online"), at, seen };
  const still = () => undefined;
  const act = {
    begin: still, resume: still, map: still, ask: still, next: still, choose: still, estimate: still, lockIn: still, help: still,
    decide: still, retry: still, stop: still, share: still,
  };
  const picture = new Picture(stage, map, act, () => draw());
  const draw = () => {
    const now = performance.now();
    if (state.play?.open && (local.epoch === 0 || state.play.open.closes_ms <= now)) {
      state = { ...state, play: opened(state.play, now) };
      local = { ...local, epoch: local.epoch + 1 };
    }
    picture.draw(model(state, local, now, now, Date.now(), true), 0);
  };
  draw();
}

loadWords();
show();
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("a")) event.preventDefault();
});
