/** The keyboard: 1–6 by place on the screen, A–F by element, Enter locks in. Buttons answer Enter and Space by themselves. */

/** @param {KeyboardEvent} event @param {import("./model.js").Model} view @param {import("./model.js").Actions | undefined} act */
export function pressed(event, view, act) {
  if (!act || !view.playing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const { target } = event;
  if (target instanceof HTMLInputElement) return;
  const focused = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
  if (event.key === "Enter" && !focused) return act.lockIn();
  const at = /^[1-6]$/.test(event.key) ? Number(event.key) - 1 : "abcdef".indexOf(event.key.toLowerCase());
  if (event.key.length === 1 && at >= 0 && at < (view.state.play?.open?.question.choices.length ?? 0)) act.choose(at);
}
