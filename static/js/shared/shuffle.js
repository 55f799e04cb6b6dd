/**
 * A fan's own order of the choices, from one recorded seed: the twin of campaigns/domain/shuffle.py.
 * Both are held to tests/js/fixtures/shuffle.json.
 */

/** FNV-1a over the UTF-8 bytes, 32 bits. @param {string} text @returns {number} */
export function fnv1a32(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
}

/** Endless 32-bit numbers. @param {number} seed @returns {() => number} */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (z ^ (z >>> 14)) >>> 0;
  };
}

/** Places 0…count−1 in the fan's own order for this round.
 * @param {number} count @param {number} seed @param {string} roundId @returns {number[]} */
export function shuffle(count, seed, roundId) {
  const order = Array.from({ length: count }, (_, i) => i);
  const next = mulberry32((seed ^ fnv1a32(roundId)) >>> 0);
  for (let i = count - 1; i > 0; i--) {
    const j = next() % (i + 1);
    const [a, b] = [/** @type {number} */ (order[i]), /** @type {number} */ (order[j])];
    order[i] = b;
    order[j] = a;
  }
  return order;
}
