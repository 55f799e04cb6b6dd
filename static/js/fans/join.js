/** The join page: a name already stands in the field, the dice bring another. Works without this script too. */

import { startCountdown } from "../shared/wall.js";

/** @param {HTMLFormElement} form */
export function startJoin(form) {
  const opens = form.querySelector("[data-opens]");
  if (opens instanceof HTMLElement) startCountdown(opens);
  const field = form.querySelector("input[name=nickname]");
  const dice = form.querySelector("[data-suggestions]");
  if (field instanceof HTMLInputElement && dice instanceof HTMLButtonElement) {
    /** @type {string[]} */
    const names = JSON.parse(dice.dataset["suggestions"] || "[]");
    let at = 0;
    dice.hidden = names.length === 0;
    dice.addEventListener("click", () => {
      field.value = names[at++ % names.length] ?? field.value;
      dice.classList.remove("dice--roll");
      requestAnimationFrame(() => dice.classList.add("dice--roll"));
    });
    field.addEventListener("focus", () => field.select());
  }
  form.addEventListener("submit", () => {
    // The answer of a slow network takes a while: say so, and do not send twice.
    const button = form.querySelector("button[type=submit]");
    if (!(button instanceof HTMLButtonElement)) return;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => (button.disabled = true));
  });
  // Coming back by the browser's cache finds the button as it was left.
  addEventListener("pageshow", () => {
    const button = form.querySelector("button[type=submit]");
    if (button instanceof HTMLButtonElement) button.disabled = false;
    button?.removeAttribute("aria-busy");
  });
}
