/** The scale of an estimate: its step, its middle, and what lies beyond its ends. Pure. */

/** A handy step between two bounds: 1, 2 or 5 times a power of ten, about a two-hundredth of the range.
 * @param {number} low @param {number} high */
export function stepBetween(low, high) {
  const rough = (high - low) / 200;
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = [1, 2, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10;
  return Number((lead * power).toPrecision(3));
}

/** A value on the step, inside the bounds, without the dust of floating point.
 * @param {number} value @param {number} low @param {number} high @param {number} step */
export function snap(value, low, high, step) {
  const places = Math.max(0, -Math.floor(Math.log10(step)));
  return Number(Math.min(high, Math.max(low, Math.round(value / step) * step)).toFixed(places));
}

/** Where an untouched estimate stands. @param {number} low @param {number} high */
export const middleOf = (low, high) => snap((low + high) / 2, low, high, stepBetween(low, high));

/** Whether a value lies beyond the ends: then it cannot be locked in. @param {number | null} value
 * @param {{low?: number | null, high?: number | null} | null | undefined} scale */
export const outside = (value, scale) => value !== null && (value < (scale?.low ?? -Infinity) || value > (scale?.high ?? Infinity));
