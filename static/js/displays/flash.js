/**
 * The flashes that a stream's delay is measured by: the whole picture white, with the flash's number, at instants of the
 * server's clock. Never two within a second.
 */

const SHOWN_MS = 700;

/** @param {HTMLElement} root @returns {{expect: (at: number[]) => void, frame: (now: number) => void}} */
export function flashes(root) {
  /** @type {number[]} */
  let expected = [];
  let shown = 0;
  const ground = document.createElement("div");
  ground.className = "flash";
  ground.hidden = true;
  root.after(ground);
  return {
    expect: (at) => void (expected = at),
    frame: (now) => {
      const n = 1 + expected.findIndex((at) => now >= at && now < at + SHOWN_MS);
      if (n === shown) return;
      shown = n;
      ground.textContent = n > 0 ? String(n) : "";
      ground.hidden = n === 0;
    },
  };
}
