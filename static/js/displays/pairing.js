/**
 * The pairing page asks, every two seconds, whether an operator has confirmed its code; then it becomes the show.
 * An answer is `{"paired": true, "go": "/display"}` or `{"paired": false, "code": "7K2M"}` (fresh when the old one ran out).
 */

const EVERY_MS = 2000;

/** @param {HTMLElement} page with data-poll (address to ask), data-go (where to be once paired) and an element [data-code] inside */
export function awaitPairing(page) {
  const address = page.dataset["poll"];
  if (!address) return;
  const ask = async () => {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok) take(await answer.json());
    } catch {
      // The network is away: the code stays on the screen, the next question comes in two seconds.
    }
    setTimeout(ask, EVERY_MS);
  };
  /** @param {{paired?: boolean, code?: string, go?: string}} told */
  const take = (told) => {
    const code = page.querySelector("[data-code]");
    if (told.paired) location.replace(page.dataset["go"] ?? told.go ?? "/display");
    else if (code && told.code && code.textContent !== told.code) code.textContent = told.code;
  };
  setTimeout(ask, EVERY_MS);
}
