/**
 * Whatever is pressed at the desk shows it at once and until the server has answered, whichever control it is: the one last
 * under a hand is marked while its act is under way.
 */

export class Hands {
  /** @type {HTMLElement | null} */
  touched = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    const touch = (/** @type {Event} */ event) => {
      this.touched = event.target instanceof Element ? event.target.closest("button, label") : null;
    };
    for (const kind of ["pointerdown", "keydown", "click"]) root.addEventListener(kind, touch, true);
  }

  /**
   * @template T
   * @param {Promise<T>} answer
   */
  async until(answer) {
    const control = this.touched;
    if (control) control.dataset.sent = String(Number(control.dataset.sent ?? 0) + 1);
    const came = await answer;
    if (control) {
      control.dataset.sent = String(Number(control.dataset.sent) - 1);
      if (control.dataset.sent === "0") delete control.dataset.sent;
    }
    return came;
  }
}
