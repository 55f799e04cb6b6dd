/**
 * A fan's card as a picture, 1080×1350: drawn on a canvas in the campaign's colours, with the code that leads to the card.
 * Texts shrink until they fit and are never cut, except for what even the smallest size cannot hold.
 */
import { drawCode, writer } from "../shared/canvas.js";
import { count, pick, place, t } from "../shared/words.js";
import { badgePath } from "./badges.js";

export const WIDTH = 1080;
export const HEIGHT = 1350;
const EDGE = 84;
const INNER = WIDTH - 2 * EDGE;
const CODE = 264; // the QR's square, its quiet zone included
const MOST_BADGES = 5;

/** @typedef {import("../shared/contract").Words} Words
 * @typedef {{title: Words, activity: Words, name: string | null, place: {rank: number, of: number, score: number},
 *   badges: {code: string, name: Words}[], address: string, file: string, qr: string[]}} Card
 * @typedef {{brand: string, ink: string, font: string}} Look */

/** @param {CanvasRenderingContext2D} ink @param {Card} card @param {Look} look */
export function drawCard(ink, card, look) {
  ink.fillStyle = look.brand;
  ink.fillRect(0, 0, WIDTH, HEIGHT);
  gate(ink, look.ink);
  ink.fillStyle = look.ink;
  ink.textBaseline = "alphabetic";
  const write = writer(ink, look.font, INNER);
  write(pick(card.title), EDGE, 140, { size: 46, weight: 700 });
  write(pick(card.activity), EDGE, 200, { size: 36, weight: 400, alpha: 0.75 });
  write(card.name ?? "", EDGE, 420, { size: 84, weight: 800 });
  if (card.place.score > 0) {
    write(place(card.place.rank), EDGE, 690, { size: 230, weight: 900 });
    write(t("of {n}", { n: count(card.place.of) }), EDGE, 770, { size: 46, weight: 600, alpha: 0.75 });
  }
  write(`${count(card.place.score)} ${t("points")}`, EDGE, 880, { size: 72, weight: 800 });
  badges(ink, card.badges.slice(0, MOST_BADGES), look);
  foot(ink, card, write);
}

/** The opened gate, as on the card itself. @param {CanvasRenderingContext2D} ink @param {string} colour */
function gate(ink, colour) {
  ink.save();
  ink.globalAlpha = 0.1;
  ink.strokeStyle = colour;
  ink.lineWidth = 96;
  ink.lineCap = "round";
  ink.beginPath();
  ink.arc(WIDTH - 120, 560, 430, -Math.PI * 0.36, Math.PI * 1.36);
  ink.stroke();
  ink.restore();
}

/** Arches with their marks, as on the page. @param {CanvasRenderingContext2D} ink @param {Card["badges"]} held @param {Look} look */
function badges(ink, held, look) {
  held.forEach((badge, at) => {
    const path = badgePath(badge.code);
    ink.save();
    ink.translate(EDGE + at * 124, 930);
    ink.strokeStyle = look.ink;
    ink.lineWidth = 7;
    ink.beginPath();
    ink.moveTo(4, 112);
    ink.lineTo(4, 52);
    ink.arc(50, 52, 46, Math.PI, 0);
    ink.lineTo(96, 112);
    ink.closePath();
    ink.stroke();
    if (path) {
      ink.translate(20, 28);
      ink.scale(2.5, 2.5);
      ink.lineWidth = 2.2;
      ink.lineCap = ink.lineJoin = "round";
      ink.stroke(new Path2D(path));
    }
    ink.restore();
  });
}

/** The mark of the house, and the code with what it is for. @param {CanvasRenderingContext2D} ink @param {Card} card
 * @param {ReturnType<typeof writer>} write */
function foot(ink, card, write) {
  const room = card.qr.length > 0 ? INNER - CODE - 40 : INNER;
  write(t("Can you do better?"), EDGE, HEIGHT - 226, { size: 54, weight: 800, width: room });
  if (card.qr.length > 0) write(t("Scan the code and play along."), EDGE, HEIGHT - 168, { size: 36, weight: 400, alpha: 0.75, width: room });
  write("Fanfare", EDGE, HEIGHT - EDGE + 8, { size: 36, weight: 850 });
  drawCode(ink, card.qr, WIDTH - EDGE - CODE, HEIGHT - EDGE - CODE, CODE);
}
