/** The desk offers the poster as soon as the podium is whole, and another one whenever what it says has changed. */
import { html, nothing } from "lit-html";
import { t } from "../shared/words.js";
import { postersFrom, postersView } from "./poster_panel.js";

/** @typedef {import("../shared/contract").Scene} Scene */

/** What the poster of this scene hangs on; empty while there is none. @param {Scene} scene */
export function posterMark({ scene, run, board, podium, final }) {
  if (scene !== "final" && !(scene === "podium" && podium?.step === 1)) return "";
  return JSON.stringify([scene, run.nameless, board?.after, podium?.rows, final?.version]);
}

export class Posters {
  /** @param {string} address @param {() => void} changed */
  constructor(address, changed) {
    this.address = address;
    this.changed = changed;
    this.mark = "";
    /** @type {import("./poster_panel.js").Sheet[]} */
    this.sheets = [];
  }

  /** @param {Scene} scene */
  async follow(scene) {
    const mark = posterMark(scene);
    if (mark === this.mark) return;
    this.mark = mark;
    const sheets = mark ? await postersFrom(this.address) : [];
    if (mark !== this.mark) return; // overtaken
    this.sheets = sheets;
    this.changed();
  }

  view() {
    return this.sheets.length === 0 ? nothing : html`
      <article class="card" id="posters"><header class="card__head"><h2>${t("Poster")}</h2></header>${postersView(this.sheets)}</article>`;
  }
}
