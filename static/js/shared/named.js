/**
 * A name somebody chose, isolated: letters written from right to left must not turn the line around them.
 * A number stands for a name while the operator hides all of them.
 */
import { html } from "lit-html";
import { t } from "./words.js";

/** @param {import("./contract").Name} name */
export const named = (name) => html`<bdi>${typeof name === "number" ? t("Fan {n}", { n: name }) : name}</bdi>`;
