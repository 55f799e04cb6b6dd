/** The page of a file that is being read or stored: how far it is, asked for again and again; when that is over, the report. */

const EVERY_MS = 600;
const box = /** @type {HTMLElement} */ (document.getElementById("progress"));
const bar = /** @type {HTMLProgressElement} */ (box.querySelector("progress"));
const count = /** @type {HTMLElement} */ (box.querySelector("[data-count]"));
const number = new Intl.NumberFormat(document.documentElement.lang);

/** @param {{ state: string, done: number, expected: number }} now */
function show(now) {
  const { done, expected } = now;
  if (!done) return;
  count.textContent = expected ? `${number.format(done)} / ${number.format(expected)}` : number.format(done);
  if (!expected) return;
  bar.max = expected;
  bar.value = done;
}

async function look() {
  try {
    const answer = await fetch(String(box.dataset.from), { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const now = await answer.json();
      if (now.state !== box.dataset.state) return location.reload();
      if (now.state === "uploaded") show(now);
    }
  } catch {
    // the house is away for a moment: the next look tells
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
