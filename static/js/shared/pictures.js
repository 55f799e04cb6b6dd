/**
 * The picture of a question, or none where it cannot be loaded: it is tried once more, then the question is asked without,
 * laid out as one that never had any. Errors of images do not bubble, so they are caught on their way down, at the document.
 */

const AGAIN_MS = 1000;
/** Addresses that gave no picture, twice. @type {Set<string>} */
const lost = new Set();

/** @param {string | null | undefined} address */
export const pictureAt = (address) => (address && !lost.has(address) ? address : null);

/** Whether there should be a picture that nobody sees. @param {string | null | undefined} address */
export const isLost = (address) => Boolean(address && lost.has(address));

/** @param {() => void} redraw when the question has to do without its picture */
export function watchPictures(redraw) {
  document.addEventListener("error", ({ target }) => {
    if (!(target instanceof HTMLImageElement) || !target.dataset["picture"]) return;
    const address = target.dataset["picture"];
    target.style.visibility = "hidden"; // the browser's torn sheet
    setTimeout(() => {
      const again = new Image();
      again.onload = () => {
        target.src = again.src;
        target.style.visibility = "";
      };
      again.onerror = () => {
        lost.add(address);
        redraw();
      };
      again.src = `${address}?again`;
    }, AGAIN_MS);
  }, true);
}
