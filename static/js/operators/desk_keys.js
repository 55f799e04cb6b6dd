/** The desk's keyboard. Keys typed into a field or a dialog belong there; a focused button keeps its own space and enter. */

import { mark, nobodyMore } from "./desk_buzz.js";
import { openWarmUp } from "./desk_warm_up.js";

/** @typedef {import("./desk.js").DeskPage} DeskPage */

/** @param {DeskPage} page */
export function listenToKeys(page) {
  /** @type {Record<string, [string, () => void]>} with the control that is pressed by it */
  const keys = {
    " ": ["next", () => void page.next()],
    enter: ["next", () => void page.next()],
    "?": ["", () => page.set({ dialog: { kind: "help" } })],
    "/": ["", () => focusOn("people-search")],
    s: ["", () => focusOn("pair-code")],
    p: ["control-pause", () => page.turn("pause")],
    b: ["control-brand", () => page.turn("brand")],
    h: ["control-names", () => page.turn("names")],
    e: ["control-extend", () => page.extend()],
    w: ["", () => openWarmUp(page)],
    z: ["reopen", () => page.reopen()],
    k: ["", () => page.enterKey()],
    r: ["mark-right", () => mark(page, true)],
    f: ["mark-wrong", () => mark(page, false)],
    n: ["mark-nobody", () => nobodyMore(page)],
    a: ["", () => page.turn("auto_reveal")],
    c: ["", () => page.turn("close_when_all")],
  };
  const looks = new Set(["?", "/"]); // what a desk that follows another run may do by key
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !page.view.dialog && !event.isComposing) toTheDesk();
    const key = keys[event.key.toLowerCase()];
    if (page.view.desk?.scene.run.stream && !looks.has(event.key)) return;
    if (!key || page.view.dialog || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (!(target instanceof Element) || target.closest("input, textarea, select")) return;
    if ((event.key === " " || event.key === "Enter") && target.closest("button, a, summary, label")) return;
    event.preventDefault();
    page.hands.touched = document.getElementById(key[0]);
    key[1]();
  });
}

/** What was being typed or pressed is done: the space bar is *next* again. */
export const toTheDesk = () => /** @type {HTMLElement | null} */ (document.activeElement)?.blur();

/** @param {string} id */
const focusOn = (id) => document.getElementById(id)?.focus();
