/** Own place among all, from the one histogram everybody gets: [lowest score of the bucket, fans in it], ascending. */

/** @typedef {[number, number][]} Histogram */

/** A place is said of whoever has scored: with nothing everybody is alike, and nobody is the first. @param {number} score
 * @param {unknown} said how the place is said */
export const placed = (score, said) => (score > 0 ? said : "–");

/** Which bucket a score lies in; −1 below all. @param {Histogram} histogram @param {number} score */
export function bucketOf(histogram, score) {
  let found = -1;
  for (let i = 0; i < histogram.length; i++) {
    const low = histogram[i]?.[0] ?? Infinity;
    if (low > score) break;
    found = i;
  }
  return found;
}

/** Share of the other fans who are certainly behind, 0…1; null when there is nobody to be ahead of.
 * @param {Histogram} histogram @param {number} of fans on the board @param {number} score own */
export function aheadOf(histogram, of, score) {
  if (of < 2) return null;
  const own = bucketOf(histogram, score);
  let behind = 0;
  for (let i = 0; i < own; i++) behind += histogram[i]?.[1] ?? 0;
  return Math.min(1, behind / (of - 1));
}

/** The same in whole percent, rounded down: 100 is kept for those who are ahead of everybody.
 * @param {Histogram} histogram @param {number} of @param {number} score */
export function aheadPercent(histogram, of, score) {
  const share = aheadOf(histogram, of, score);
  return share === null ? null : Math.floor(share * 100 + 1e-9);
}

/** Best rank the histogram allows: 1 + fans in buckets above the own one. @param {Histogram} histogram @param {number} score */
export function bestRank(histogram, score) {
  const own = bucketOf(histogram, score);
  let above = 0;
  for (let i = own + 1; i < histogram.length; i++) above += histogram[i]?.[1] ?? 0;
  return 1 + above;
}

/** When to ask for what is one's own, once everybody is about to: the more fans, the wider they spread, so that a house answers
 * about as many in a second however large the hall is. Up to twelve seconds: whoever waits has seen a place already, from the histogram.
 * @param {number} of fans on the board @param {number} random 0…1 @returns {number} ms */
export function standingDelay(of, random) {
  return Math.round(Math.min(12_000, of * 0.4) * random);
}
