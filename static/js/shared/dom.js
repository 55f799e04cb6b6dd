/** The page around the view: blocks of JSON, storage that may be forbidden, the screen kept awake, words said aloud. */

/** @param {string} id @returns {any} the parsed JSON block, null if there is none */
export function readJson(id) {
  const text = document.getElementById(id)?.textContent?.trim();
  return text ? JSON.parse(text) : null;
}

/** localStorage, or memory where it is forbidden (private mode inside some chat apps). */
export const storage = (() => {
  /** @type {Map<string, string>} */
  const memory = new Map();
  return {
    /** @param {string} key @returns {string | null} */
    get(key) {
      try {
        return localStorage.getItem(key) ?? memory.get(key) ?? null;
      } catch {
        return memory.get(key) ?? null;
      }
    },
    /** @param {string} key @param {string | null} value null removes */
    set(key, value) {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Memory has it: enough for this page, and nothing better is to be had.
      }
    },
  };
})();

/** A name for this tab that survives its reload. @returns {string} */
export function tabName() {
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(9)), (b) => b.toString(36).padStart(2, "0")).join("");
  try {
    const known = sessionStorage.getItem("fanfare.tab") ?? fresh();
    sessionStorage.setItem("fanfare.tab", known);
    return known;
  } catch {
    return fresh();
  }
}

/** Says a sentence to screen readers, once; what was said before does not stay to be found. @param {string} sentence @param {"polite" | "assertive"} [how] */
export function announce(sentence, how = "polite") {
  for (const id of ["say", "say-now"]) {
    const region = document.getElementById(id);
    const text = (how === "assertive") === (id === "say-now") ? sentence : "";
    if (region && region.textContent !== text) region.textContent = text;
  }
}

/** A touch of the phone's motor, where there is one. The caller shows the same thing to the eye.
 * @param {number | number[]} pattern ms */
export function vibrate(pattern) {
  if (!reducedMotion() && typeof navigator.vibrate === "function") navigator.vibrate(pattern);
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Keeps the screen on where the browser can (secure contexts); asks again when the page comes back. */
export function keepAwake() {
  /** @type {any} */
  const lock = /** @type {any} */ (navigator).wakeLock;
  if (!lock) return;
  const ask = () => {
    if (document.visibilityState === "visible") lock.request("screen").catch(() => undefined);
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("pointerdown", ask, { once: true });
}

const JOIN_AGAIN_MS = 15_000;

/** Once in a while: if page and wire disagree about who joined, they must not send the fan round in circles. */
export function mayJoinAgain() {
  const last = Number(storage.get("fanfare.rejoin") ?? 0);
  storage.set("fanfare.rejoin", String(Date.now()));
  return Date.now() - last > JOIN_AGAIN_MS;
}
