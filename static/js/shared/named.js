/** A name somebody chose, isolated: letters written from right to left must not turn the line around them. */
import { html } from "lit-html";

/** @param {string} name */
export const named = (name) => html`<bdi>${name}</bdi>`;
