/** The preview of a quiz: the fans' own map and stage with a road that nobody walks yet. No wire; taps lead from one to the other. */

import { Picture } from "../../road/picture.js";
import { freshLocal, model } from "../../road/model.js";
import { apply, empty } from "../../road/state.js";
import { readJson, useBrand } from "../../shared/dom.js";
import { loadWords } from "../../shared/words.js";

/** @typedef {import("../../road/contract").Road} Road @typedef {import("../../road/contract").Play} Play */

/** A play before its first step. @param {Road} road @returns {Play} */
function begun({ levels: [first] }) {
  const { questions = 0, lives = 0, pass_mark = 0, helps = { fifty: 0, time: 0, swap: 0 }, retries = 0 } = first ?? {};
  return {
    id: "1", practice: false, state: "ready", n: 1, level: 1, question: 0, of: questions, lives, combo: 0, level_score: 0, pass_mark,
    banked: 0, won: 0, staked: 0, dared: false, helps, retries, levels: [], open: null, verdict: null,
  };
}

function show() {
  const page = readJson("page");
  const [stage, map] = [document.getElementById("stage"), document.getElementById("map")];
  if (!stage || !map || !page) return;
  const { snapshot } = page;
  const state = { ...apply(empty(), { kind: "snapshot", data: snapshot }), play: page.face === "start" ? begun(snapshot.scene) : null };
  const local = { ...freshLocal(), link: /** @type {const} */ ("online"), at: /** @type {"map" | "play"} */ (page.face === "start" ? "play" : "map") };
  const still = () => undefined;
  const act = {
    begin: still, resume: still, map: still, ask: still, next: still, choose: still, estimate: still, lockIn: still, help: still,
    decide: still, retry: still, stop: still, share: still,
  };
  const picture = new Picture(stage, map, act, () => draw());
  const draw = () => picture.draw(model(state, local, performance.now(), performance.now(), Date.now(), true), 0);
  draw();
}

loadWords();
useBrand();
show();
