/**
 * Wall time as the server has it, and as people here say it: a phone whose clock is wrong still counts down rightly.
 *
 * The page carries the server's instant of its making (`<html data-wall>`). What lies between that and its arrival is on the way
 * down: well below a second mostly, and a countdown shows seconds. Rounds have a clock of their own (clock.js).
 */

/** When this page's first byte came, by our wall clock. */
function arrived() {
  const entry = performance.getEntriesByType("navigation")[0];
  const at = entry instanceof PerformanceNavigationTiming ? entry.responseStart : 0;
  return Date.now() - (performance.now() - at);
}

/** Server minus ours, in ms. @type {number | null} */
let skew = null;

/** The server's wall clock now, in ms. A page without it, such as a preview, has ours. */
export function wallNow() {
  if (skew === null) {
    const said = Number(document.documentElement.dataset["wall"]);
    skew = said > 0 ? said - arrived() : 0;
  }
  return Date.now() + skew;
}

/** "Friday, 27 November, 17:00 GMT+8" in the page's language and the reader's own zone. @param {string | number} at instant */
export function hereAt(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  }).format(date);
}

/** @param {number} ms */
export function countdown(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  return { days: Math.floor(all / 86400), hours: Math.floor(all / 3600) % 24, minutes: Math.floor(all / 60) % 60, seconds: all % 60 };
}

/**
 * The countdown of a page that has no game in it: `[data-opens]` holds the instant, `<time>` its words, `[data-part]` the numbers;
 * `[data-before]` is shown until then, `[data-after]` from then on.
 * @param {HTMLElement} box
 */
export function startCountdown(box) {
  const opens = Date.parse(box.dataset["opens"] ?? "");
  const said = box.querySelector("time");
  if (Number.isNaN(opens)) return;
  if (said) said.textContent = hereAt(opens);
  const show = () => {
    const left = countdown(opens - wallNow());
    const lead = { days: left.days > 0, hours: left.days + left.hours > 0, minutes: true, seconds: true };
    for (const [part, n] of /** @type {[keyof typeof left, number][]} */ (Object.entries(left))) {
      const number = box.querySelector(`[data-part=${part}]`);
      if (!number) continue;
      number.textContent = String(n).padStart(2, "0");
      number.parentElement?.toggleAttribute("hidden", !lead[part]);
    }
    const over = opens <= wallNow();
    for (const each of box.querySelectorAll("[data-before]")) each.toggleAttribute("hidden", over);
    for (const each of box.querySelectorAll("[data-after]")) each.toggleAttribute("hidden", !over);
    if (!over) setTimeout(show, 1000 - ((Date.now() + (skew ?? 0)) % 1000));
  };
  show();
}
