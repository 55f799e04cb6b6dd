/**
 * The six elements of choices: 火 flame, 水 drop, 木 leaf, 金 hexagon, 土 square, 风 swirl. Place in the round's order
 * is the element; letter, shape and colour go together everywhere. Drawn on a 24 grid with silhouettes that differ by
 * outline, not by detail, so that they read at 12 px and from 20 metres.
 */
import { svg } from "lit-html";

export const LETTERS = ["A", "B", "C", "D", "E", "F"];
export const CHARACTERS = ["火", "水", "木", "金", "土", "风"];

/** Outlines, for those who draw on a canvas or elsewhere. */
export const PATHS = [
  // flame: two tongues, the inner one higher, flat foot
  "M13.2 1.2c.9 4-1.1 6-2.9 8.1-.5-1.2-.6-2.3-.4-3.6C6.3 8.200 4 11.700 4 15.200 4 19.800 7.500 23 12 23s8-3.200 8-7.800c0-2.900-1.300-5-2.700-6.800-.2 1.500-.8 2.600-1.800 3.400.6-4.200-.1-8-2.300-10.600z",
  // drop: one point up, a full belly
  "M12 1C8.600 6.300 4.500 10.700 4.500 15.500a7.500 7.500 0 0 0 15 0C19.500 10.700 15.400 6.300 12 1z",
  // leaf: corner to corner, its vein cut out
  "M21.800 2.200C10.500 1.500 2.600 6.300 2.600 14.200c0 1.700.4 3.200 1.100 4.500L13.500 9.200l1.400 1.400-9.900 9.900c1.300.8 2.900 1.300 4.800 1.300 7.900 0 12.700-8.300 12-19.600zM3.100 22.400l-1.500-1.500 1.700-1.800 1.600 1.600z",
  // hexagon, standing on a corner
  "M12 1l9.700 5.500v11L12 23l-9.700-5.500v-11z",
  // square
  "M2.800 2.800h18.400v18.400H2.800z",
  // swirl: an open spiral, its line as thick as the others are full
  "M12.300 23C6 23 1.200 18.400 1.200 12.300 1.200 6 6.200 1 12.500 1c5.800 0 10.300 4.200 10.300 9.600 0 4.900-3.800 8.600-8.600 8.600-4.100 0-7.200-3-7.200-6.900 0-3.200 2.500-5.600 5.600-5.600 2.700 0 4.700 1.900 4.700 4.400h-3.600c0-.7-.5-1.200-1.200-1.200-1.100 0-1.900.9-1.900 2.200 0 2 1.600 3.400 3.700 3.400 2.800 0 4.900-2.100 4.900-5 0-3.400-2.900-6-6.700-6-4.300 0-7.700 3.400-7.700 7.700 0 4.200 3.200 7.200 7.500 7.200z",
];

/** The mark of a place, in the colour of its text. @param {number} at place 0…5 @param {string} [classes] */
export function mark(at, classes = "") {
  return svg`<svg class="mark ${classes}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[at] ?? ""} /></svg>`;
}

/** @param {number} at place 0…5 */
export const letter = (at) => LETTERS[at] ?? "?";
