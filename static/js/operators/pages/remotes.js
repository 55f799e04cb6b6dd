/**
 * The page of remote controls while a link stands on it: it looks again until a phone has taken the link, then says so in its
 * place. The page itself is read again, so that who has it is written in one place; a link is on the answer to its making only.
 */

const EVERY_MS = 1500;
const offer = /** @type {HTMLElement} */ (document.getElementById("offer"));

async function look() {
  try {
    const answer = await fetch(location.pathname);
    const fresh = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("held") : null;
    const held = document.getElementById("held");
    if (fresh && held && fresh.textContent !== held.textContent) {
      held.replaceWith(fresh);
      offer.replaceChildren(/** @type {HTMLTemplateElement} */ (document.getElementById("taken")).content);
      return;
    }
  } catch {
    // the house is away for a moment: the next look tells
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);

export {};
