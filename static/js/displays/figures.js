/**
 * Everything the screen shows that is arithmetic: how far the gate has closed, how long a bar is, where a row comes
 * from, which of the three gates stands open. Pure, so that Node tests it; the views only draw what comes out.
 *
 * Times are milliseconds of the server's clock, fractions run from 0 to 1.
 */

/** @typedef {{zh: string, en: string}} Words */
/** @typedef {{fan: string, name: import("../shared/contract").Name, rank: number, before?: number | null, score: number, gained?: number, out?: boolean}} BoardRow */
/** @typedef {{rank: number, fan: string, name: import("../shared/contract").Name, score: number, elapsed_ms?: number}} PodiumRow */
/** @typedef {"lead" | "open" | "last" | "over"} Phase */

export const LAST_MS = 5000;
export const BOARD_ROWS = 10;

/** @param {number} value */
export const clamp01 = (value) => Math.max(0, Math.min(1, value));

/**
 * How far the gate has closed: 0 at the opening, 1 when nothing more is taken.
 * @param {number | null | undefined} opens @param {number | null | undefined} closes @param {number} now
 */
export function closedFraction(opens, closes, now) {
  if (typeof opens !== "number" || typeof closes !== "number" || closes <= opens) return 0;
  return clamp01((now - opens) / (closes - opens));
}

/**
 * Whole seconds left as people count them: 20 from the opening on, 1 to the very end, then 0.
 * @param {number | null | undefined} closes @param {number} now @param {number} seconds the round's full time
 */
export function secondsLeft(closes, now, seconds) {
  if (typeof closes !== "number") return seconds;
  return Math.max(0, Math.min(seconds, Math.ceil((closes - now) / 1000)));
}

/**
 * Where an announced round stands: before its common opening, open, in the last five seconds, past its time.
 * @param {number | null | undefined} opens @param {number | null | undefined} closes @param {number} now
 * @returns {Phase}
 */
export function phaseOf(opens, closes, now) {
  if (typeof opens !== "number" || now < opens) return "lead";
  if (typeof closes !== "number") return "open";
  if (now >= closes) return "over";
  return closes - now <= LAST_MS ? "last" : "open";
}

/**
 * Bars of the reveal. `length` is relative to the longest, `share` to those who answered.
 * @param {readonly number[]} counts @param {number} answered
 */
export function bars(counts, answered) {
  const longest = Math.max(1, ...counts);
  return counts.map((count) => ({ count, length: count / longest, share: answered > 0 ? count / answered : 0 }));
}

/**
 * Where a value stands on the strip from low to high.
 * @param {number} value @param {number} low @param {number} high
 */
export function positionOf(value, low, high) {
  return high > low ? clamp01((value - low) / (high - low)) : 0.5;
}

/**
 * The row each fan travels from, as a slot (0 = first place; BOARD_ROWS = just below the edge). Tied fans stood one
 * below the other, so the k-th of a tie starts k slots under its rank.
 * @param {readonly BoardRow[]} top
 * @returns {{row: BoardRow, from: number, to: number, moved: number | null}[]} `moved`: ranks gained; null = new here
 */
export function journeys(top) {
  const order = top.map((row, to) => ({ row, to })).sort((a, b) => (a.row.before ?? 1e9) - (b.row.before ?? 1e9) || a.to - b.to);
  /** @type {Map<string, number>} */
  const from = new Map();
  /** @type {Map<number, number>} */
  const stacked = new Map();
  for (const { row } of order) {
    const before = row.before ?? 0;
    const tie = stacked.get(before) ?? 0;
    stacked.set(before, tie + 1);
    from.set(row.fan, before >= 1 ? Math.min(BOARD_ROWS, before - 1 + tie) : BOARD_ROWS);
  }
  return top.map((row, to) => ({
    row, to, from: from.get(row.fan) ?? BOARD_ROWS, moved: typeof row.before === "number" ? row.before - row.rank : null,
  }));
}

/**
 * The three gates of the podium, in the order 3, 2, 1. A tie shares its gate; a gate nobody came through stays dark.
 * @param {{step: number, rows: readonly PodiumRow[]}} podium `step` counts 3, 2, 1 down; 0: nothing shown yet
 */
export function gates(podium) {
  return [3, 2, 1].map((rank) => ({
    rank,
    open: podium.step > 0 && podium.step <= rank,
    rows: podium.rows.filter((row) => row.rank === rank),
    tied: covered(podium.rows, rank),
    timed: byTime(podium.rows, rank),
  }));
}

/**
 * Whether time decided this place: somebody shown has the same score and another place. Else a time says nothing here, and the
 * smaller one below looks like the faster.
 * @param {readonly PodiumRow[]} rows @param {number} rank
 */
function byTime(rows, rank) {
  return rows.some((row) => row.rank === rank && rows.some((other) => other.rank !== rank && other.score === row.score));
}

/**
 * Whether a tie further up holds this place too: two winners leave no second.
 * @param {readonly PodiumRow[]} rows @param {number} rank
 */
function covered(rows, rank) {
  return rows.some(({ rank: above }) => above < rank && above + rows.filter((row) => row.rank === above).length > rank);
}

const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;

/**
 * Width of a text in em: Chinese characters are one, Latin letters about half.
 * @param {string} text
 */
export function emsOf(text) {
  let ems = 0;
  for (const letter of text) ems += WIDE.test(letter) || (letter.codePointAt(0) ?? 0) > 0xffff ? 1 : 0.54;
  return ems;
}

/**
 * @param {string} text
 * @returns {"xl" | "l" | "m" | "s"} which of four sizes a sentence stands in, so that short ones are big
 */
export function sizeOf(text) {
  const ems = emsOf(text);
  if (ems <= 15) return "xl";
  if (ems <= 34) return "l";
  return ems <= 60 ? "m" : "s";
}

/**
 * Names in the lobby keep their place: who is new takes a free place, or that of whoever has stood longest.
 * @param {readonly {name: import("../shared/contract").Name, since: number}[]} places what is shown, by place
 * @param {readonly import("../shared/contract").Name[]} names the newest joiners, newest first
 * @param {number} capacity @param {number} beat a number that grows with every packet
 */
export function seat(places, names, capacity, beat) {
  const next = places.slice(0, capacity);
  const seated = new Set(next.map((each) => each.name));
  for (const name of names.slice(0, capacity).reverse()) {
    if (seated.has(name)) continue;
    seated.add(name);
    if (next.length < capacity) {
      next.push({ name, since: beat });
      continue;
    }
    const oldest = next.reduce((best, each, index) => (each.since < (next[best]?.since ?? 0) ? index : best), 0);
    next[oldest] = { name, since: beat };
  }
  return next;
}

/** @param {number} joined how many names fit, and how big they are */
export function crowdOf(joined) {
  if (joined <= 1) return { size: "one", capacity: 1 };
  return joined <= 12 ? { size: "few", capacity: 12 } : { size: "many", capacity: 24 };
}

/**
 * Days, hours, minutes and seconds to an instant of the calendar.
 * @param {number} ms
 */
export function spanOf(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return { days: Math.floor(seconds / 86400), clock };
}
