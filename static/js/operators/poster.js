/**
 * The poster of a run (战报), 1080×1920, drawn on a canvas in the campaign's colours: heading, two numbers, the winners, the
 * fastest, the question that felled most. What it says comes from the server in both languages; here it only gets its place.
 * A line shrinks until it fits, a question wraps, and what would not hold even so ends in an ellipsis.
 */
import { drawCode, writer } from "../shared/canvas.js";

export const WIDTH = 1080;
export const HEIGHT = 1920;
const EDGE = 84;
const INNER = WIDTH - 2 * EDGE;
const PAD = 36;
const CODE = 208;
const MARK = 72; // the house's name alone, where there is no code
const LOGO_WIDTH = 420;
const GAP = 20;
const FIGURES = 210;
const ROW = { tallest: 148, lowest: 92, gap: 12 };
/** Roomy first; the next where winners would get too little of the poster. */
const WAYS = [
  { logo: 96, title: { size: 84, smallest: 50, lines: 3 }, text: { size: 44, smallest: 34, lines: 3 } },
  { logo: 80, title: { size: 64, smallest: 46, lines: 2 }, text: { size: 40, smallest: 32, lines: 3 } },
  { logo: 64, title: { size: 52, smallest: 42, lines: 2 }, text: { size: 36, smallest: 32, lines: 2 } },
];

/** @typedef {[number, string, string, string]} WinnerRow rank, name, score, what the score counts
 * @typedef {{label: string, head?: string, text?: string, more: string}} Fact
 * @typedef {{lang: string, file: string, kicker: string, title: string, activity: string, date: string, figures: [string, string][],
 *   winners: {label: string, rows: WinnerRow[], more: string, nobody: string}, cards: Fact[], call: string}} Face
 * @typedef {{code: string, logo: string | null, qr: string[], faces: Record<"zh" | "en", Face>}} Poster
 * @typedef {{ground: string, raised: string, text: string, soft: string, brand: string, brandInk: string, gold: string, font: string}} Look */

/** @param {CanvasRenderingContext2D} ink @param {Face} face @param {Look} look @param {{logo: HTMLImageElement | null, qr: string[]}} marks */
export function drawPoster(ink, face, look, { logo, qr }) {
  const write = writer(ink, look.font, INNER);
  ink.textBaseline = "alphabetic";
  ground(ink, look);
  const set = plan(ink, face, look, { logo: logo !== null, end: HEIGHT - EDGE - (qr.length > 0 ? CODE : MARK) });
  const below = heading(ink, face, look, write, set, logo);
  figures(ink, face.figures, look, write, below);
  winners(ink, face.winners, look, write, set);
  cards(ink, face.cards, look, write, set);
  foot(ink, face, look, write, qr);
}

/** What goes where, in the first of the ways that leaves the winners their room.
 * @param {CanvasRenderingContext2D} ink @param {Face} face @param {Look} look @param {{logo: boolean, end: number}} page */
function plan(ink, face, look, { logo, end }) {
  for (const way of WAYS) {
    const title = paragraph(ink, face.title, look, { ...way.title, weight: 850, width: INNER });
    const facts = face.cards.map((fact) => factText(ink, fact, look, way.text));
    const head = EDGE + (logo ? way.logo + 28 : 0) + 68 + title.lines.length * title.size * 1.16 + 60;
    const heights = facts.map((words, at) => factHeight(words, /** @type {Fact} */ (face.cards[at])));
    const cardsAt = end - GAP - heights.reduce((sum, height) => sum + height + GAP, 0);
    const rowsAt = head + FIGURES + 56;
    const rowsEnd = cardsAt - GAP - (face.winners.more ? 52 : 0);
    const row = Math.min(ROW.tallest, (rowsEnd - rowsAt + ROW.gap) / Math.max(1, face.winners.rows.length) - ROW.gap);
    const set = { logo: way.logo, title, facts, heights, cardsAt, rowsAt, rowsEnd, row };
    if (row >= ROW.lowest || way === WAYS[WAYS.length - 1]) return set;
  }
  throw new Error("there is a last way");
}

/** @typedef {ReturnType<typeof plan>} Plan */

/** Dark, with the brand's light from above and the opened gate. @param {CanvasRenderingContext2D} ink @param {Look} look */
function ground(ink, look) {
  ink.fillStyle = look.ground;
  ink.fillRect(0, 0, WIDTH, HEIGHT);
  ink.save();
  const glow = ink.createRadialGradient(WIDTH, 0, 0, WIDTH, 0, 1300);
  glow.addColorStop(0, look.brand);
  glow.addColorStop(1, look.ground);
  ink.globalAlpha = 0.34;
  ink.fillStyle = glow;
  ink.fillRect(0, 0, WIDTH, HEIGHT);
  ink.globalAlpha = 0.2;
  ink.strokeStyle = look.brand;
  ink.lineWidth = 84;
  ink.lineCap = "round";
  ink.beginPath();
  ink.arc(WIDTH - 90, 150, 330, -Math.PI * 0.36, Math.PI * 1.36);
  ink.stroke();
  ink.restore();
}

/** Logo, what this is, campaign, activity and day. Returns where it ends. @param {CanvasRenderingContext2D} ink @param {Face} face
 * @param {Look} look @param {ReturnType<typeof writer>} write @param {Plan} set @param {HTMLImageElement | null} logo */
function heading(ink, face, look, write, { title, logo: tall }, logo) {
  let y = EDGE;
  if (logo) {
    const [width, height] = [logo.naturalWidth || 300, logo.naturalHeight || 100];
    const scale = Math.min(LOGO_WIDTH / width, tall / height);
    ink.drawImage(logo, EDGE, y, width * scale, height * scale);
    y += tall + 28;
  }
  ink.fillStyle = look.brand;
  write(face.kicker, EDGE, y + 40, { size: 40, weight: 800 });
  y += 68;
  ink.fillStyle = look.text;
  ink.font = title.font;
  for (const line of title.lines) {
    y += title.size * 1.16;
    ink.fillText(line, EDGE, y, INNER);
  }
  ink.fillStyle = look.soft;
  write(`${face.activity} · ${face.date}`, EDGE, y + 60, { size: 36, weight: 500 });
  return y + 60;
}

/** @param {CanvasRenderingContext2D} ink @param {Face["figures"]} both @param {Look} look @param {ReturnType<typeof writer>} write @param {number} top */
function figures(ink, both, look, write, top) {
  both.forEach(([value, label], at) => {
    const [x, width] = [EDGE + at * (INNER / 2), INNER / 2 - 24];
    ink.fillStyle = look.text;
    write(value, x, top + 136, { size: 116, weight: 900, width });
    ink.fillStyle = look.soft;
    write(label, x, top + 182, { size: 34, weight: 500, width });
  });
}

/** The first in gold, then the others. @param {CanvasRenderingContext2D} ink @param {Face["winners"]} won @param {Look} look
 * @param {ReturnType<typeof writer>} write @param {Plan} set */
function winners(ink, won, look, write, { rowsAt, rowsEnd, row: height }) {
  ink.fillStyle = look.soft;
  write(won.label, EDGE, rowsAt - 22, { size: 34, weight: 600 });
  if (won.rows.length === 0) {
    ink.fillStyle = look.text;
    write(won.nobody, EDGE, (rowsAt + rowsEnd) / 2, { size: 72, weight: 850 });
    return;
  }
  won.rows.forEach((row, at) => winner(ink, row, look, write, rowsAt + at * (height + ROW.gap), height));
  if (!won.more) return;
  ink.fillStyle = look.soft;
  write(won.more, EDGE, rowsAt + won.rows.length * (height + ROW.gap) + 34, { size: 32, weight: 500 });
}

/** @param {CanvasRenderingContext2D} ink @param {WinnerRow} row @param {Look} look @param {ReturnType<typeof writer>} write
 * @param {number} top @param {number} height */
function winner(ink, [rank, name, score, unit], look, write, top, height) {
  const first = rank === 1;
  box(ink, first ? look.gold : look.raised, top, height);
  ink.fillStyle = first ? "#221700" : look.text;
  const base = top + height / 2 + height * 0.16;
  const size = (/** @type {number} */ share, /** @type {number} */ most) => Math.round(Math.min(most, height * share));
  write(String(rank), EDGE + PAD, base, { size: size(0.54, 74), weight: 900, width: 70 });
  write(name, EDGE + 124, base, { size: size(0.46, 60), weight: 800, width: INNER - 124 - 290 });
  ink.textAlign = "right";
  write(`${score} ${unit}`, WIDTH - EDGE - PAD, base, { size: size(0.36, 44), weight: 700, width: 236 });
  ink.textAlign = "left";
}

/** How a fact is set: its big words, wrapped. @param {CanvasRenderingContext2D} ink @param {Fact} fact @param {Look} look
 * @param {{size: number, smallest: number, lines: number}} text */
const factText = (ink, fact, look, text) => paragraph(ink, fact.head ?? fact.text ?? "", look, fact.head === undefined
  ? { ...text, weight: 700, width: INNER - 2 * PAD }
  : { size: 60, smallest: 40, weight: 850, lines: 1, width: INNER / 2 - 2 * PAD });

/** What a big word is about stands beside it, else below. @param {ReturnType<typeof paragraph>} words @param {Fact} fact */
const factHeight = (words, fact) => Math.round(76 + words.lines.length * words.size * 1.3 + (fact.head === undefined ? 70 : 22));

/** @param {CanvasRenderingContext2D} ink @param {Fact[]} facts @param {Look} look @param {ReturnType<typeof writer>} write @param {Plan} set */
function cards(ink, facts, look, write, set) {
  let y = set.cardsAt;
  for (const [at, fact] of facts.entries()) {
    const words = /** @type {Plan["title"]} */ (set.facts[at]);
    const height = /** @type {number} */ (set.heights[at]);
    const [x, width] = [EDGE + PAD, INNER - 2 * PAD];
    box(ink, look.raised, y, height);
    ink.fillStyle = look.soft;
    write(fact.label, x, y + 56, { size: 32, weight: 600, width });
    ink.fillStyle = look.text;
    ink.font = words.font;
    words.lines.forEach((line, n) => ink.fillText(line, x, y + 64 + (n + 0.95) * words.size * 1.3, width));
    ink.fillStyle = look.soft;
    if (fact.head === undefined) write(fact.more, x, y + height - 30, { size: 34, weight: 500, width });
    else {
      ink.textAlign = "right";
      write(fact.more, WIDTH - EDGE - PAD, y + height - 40, { size: 40, weight: 600, width: INNER / 2 });
      ink.textAlign = "left";
    }
    y += height + GAP;
  }
}

/** @param {CanvasRenderingContext2D} ink @param {string} colour @param {number} top @param {number} height */
function box(ink, colour, top, height) {
  const [left, right, bottom, r] = [EDGE, WIDTH - EDGE, top + height, Math.min(28, height / 2)];
  ink.fillStyle = colour;
  ink.beginPath();
  ink.moveTo(left + r, top);
  ink.arcTo(right, top, right, bottom, r);
  ink.arcTo(right, bottom, left, bottom, r);
  ink.arcTo(left, bottom, left, top, r);
  ink.arcTo(left, top, right, top, r);
  ink.fill();
}

/** @param {CanvasRenderingContext2D} ink @param {Face} face @param {Look} look @param {ReturnType<typeof writer>} write @param {string[]} qr */
function foot(ink, face, look, write, qr) {
  const width = INNER - CODE - 40;
  if (qr.length > 0) {
    ink.fillStyle = look.text;
    write(face.call, EDGE, HEIGHT - EDGE - CODE + 96, { size: 42, weight: 700, width });
    drawCode(ink, qr, WIDTH - EDGE - CODE, HEIGHT - EDGE - CODE, CODE);
  }
  ink.fillStyle = look.soft;
  write("Fanfare", EDGE, HEIGHT - EDGE - 8, { size: 36, weight: 850, width });
}

/** What may stand at an end of a line by itself: a word with its space, or one Chinese letter with the stop after it. */
const PIECES = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef][，。！？；：、）》」』”’%]*|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+\s*|\s+/g;

/** The text in at most so many lines: smaller first, then cut with an ellipsis.
 * @param {CanvasRenderingContext2D} ink @param {string} text @param {Look} look
 * @param {{size: number, smallest: number, weight: number, lines: number, width: number}} how */
function paragraph(ink, text, look, { size, smallest, weight, lines, width }) {
  for (let at = size; ; at -= 2) {
    const font = `${weight} ${at}px ${look.font}`;
    ink.font = font;
    const wrapped = wrap(ink, text, width);
    const holds = wrapped.length <= lines && wrapped.every((line) => ink.measureText(line).width <= width);
    if (holds) return { lines: wrapped, size: at, font };
    if (at <= smallest) return { lines: cut(ink, wrapped, lines, width), size: at, font };
  }
}

/** @param {CanvasRenderingContext2D} ink @param {string} text @param {number} width */
function wrap(ink, text, width) {
  const done = [];
  let line = "";
  for (const piece of text.match(PIECES) ?? []) {
    if (line && ink.measureText((line + piece).trimEnd()).width > width) {
      done.push(line.trimEnd());
      line = "";
    }
    line += line ? piece : piece.trimStart();
  }
  return [...done, line.trimEnd()].filter(Boolean);
}

/** @param {CanvasRenderingContext2D} ink @param {string[]} lines @param {number} most @param {number} width */
function cut(ink, lines, most, width) {
  const kept = lines.slice(0, most);
  const gone = lines.length > most;
  return kept.map((line, at) => {
    const last = gone && at === most - 1;
    if (!last && ink.measureText(line).width <= width) return line;
    let letters = [...line];
    while (letters.length > 1 && ink.measureText(`${letters.join("")}…`).width > width) letters = letters.slice(0, -1);
    return `${letters.join("").trimEnd()}…`;
  });
}
