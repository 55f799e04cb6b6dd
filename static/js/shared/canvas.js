/** What pictures drawn in the browser have in common: a line of text that fits, and a code to scan. */

/** Texts shrink until they fit; what even the smallest size cannot hold is narrowed.
 * @param {CanvasRenderingContext2D} ink @param {string} font @param {number} inner the width, unless a line names its own */
export function writer(ink, font, inner) {
  /** @param {string} text @param {number} x @param {number} y
   * @param {{size: number, weight: number, alpha?: number, width?: number}} how */
  return (text, x, y, { size, weight, alpha = 1, width = inner }) => {
    ink.save();
    ink.globalAlpha = alpha;
    const smallest = Math.round(size * 0.45);
    for (let at = size; at >= smallest; at -= 2) {
      ink.font = `${weight} ${at}px ${font}`;
      if (ink.measureText(text).width <= width) break;
    }
    ink.fillText(text, x, y, width);
    ink.restore();
  };
}

/** A code to scan on white, its quiet zone included. @param {CanvasRenderingContext2D} ink @param {string[]} rows "1" is dark
 * @param {number} left @param {number} top @param {number} size */
export function drawCode(ink, rows, left, top, size) {
  if (rows.length === 0) return;
  const dot = Math.floor(size / (rows.length + 8));
  const quiet = (size - dot * rows.length) / 2;
  ink.fillStyle = "#ffffff";
  ink.fillRect(left, top, size, size);
  ink.fillStyle = "#0e1014";
  rows.forEach((row, y) => {
    [...row].forEach((dark, x) => {
      if (dark === "1") ink.fillRect(Math.round(left + quiet) + x * dot, Math.round(top + quiet) + y * dot, dot, dot);
    });
  });
}
