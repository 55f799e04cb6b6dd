/**
 * `${vars({"--length": 0.4})}` on an element sets custom properties through the CSSOM. lit's own styleMap writes a style
 * attribute first, which `style-src 'self'` forbids.
 */

import { directive, Directive, PartType } from "lit-html/directive.js";
import { noChange } from "lit-html";

class VarsDirective extends Directive {
  /** @param {import("lit-html/directive.js").PartInfo} part */
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("vars() stands in the tag itself");
  }

  /** @param {Record<string, string | number>} _values */
  render(_values) {
    return noChange;
  }

  /**
   * @param {import("lit-html/directive.js").ElementPart} part
   * @param {[Record<string, string | number>]} values
   */
  update(part, [values]) {
    const { style } = /** @type {HTMLElement} */ (part.element);
    for (const [name, value] of Object.entries(values)) style.setProperty(name, String(value));
    return noChange;
  }
}

export const vars = directive(VarsDirective);
