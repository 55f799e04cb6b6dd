/**
 * Words of the page. The dictionary is a JSON block `<script type="application/json" id="words">`: English sentence →
 * sentence in the page's language. Always call `t("…")` with a literal: that is how the catalog finds it.
 */

/** @typedef {import("./contract").Words} WordPair */

/** @type {Record<string, string>} */
let dictionary = {};
/** @type {"zh" | "en"} */
let language = "en";

/** @param {Record<string, string>} words @param {string} lang a BCP 47 tag: zh-CN, en */
export function useWords(words, lang) {
  dictionary = words;
  language = lang.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Reads the page's dictionary and language. Call once, first. */
export function loadWords() {
  const block = document.getElementById("words");
  useWords(JSON.parse(block?.textContent?.trim() || "{}"), document.documentElement.lang || "en");
}

/** The language texts are picked in: zh or en. */
export const lang = () => language;

/** A sentence in the page's language, {name} replaced by params.name.
 * @param {string} sentence @param {Record<string, string | number>} [params] */
export function t(sentence, params) {
  const text = dictionary[sentence] || sentence;
  return params ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole)) : text;
}

/** The words in the page's language, else in the other. @param {WordPair | null | undefined} words */
export function pick(words) {
  if (!words) return "";
  return (language === "zh" ? words.zh || words.en : words.en || words.zh) || "";
}

/** 12304 → 12,304. @param {number} value */
export const count = (value) => Math.round(value).toLocaleString("en-US");

/** A value a fan may have typed: no trailing zeros, thousands apart. @param {number} value */
export const decimal = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

/** 842 → 0.842. @param {number} ms */
export const seconds = (ms) => (ms / 1000).toFixed(3);

/** A rank as said: 17th, 第 17 名. @param {number} rank */
export function place(rank) {
  if (language === "zh") return `第\u00a0${count(rank)}\u00a0名`;
  const tens = rank % 100;
  const suffix = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${count(rank)}${suffix}`;
}

/** Which question the scores were counted again for. @param {{kind: import("./contract").Changed, n: number}} changed */
export const recountWords = ({ kind, n }) => (kind === "voided"
  ? t("Question {n} was voided: every score was counted again without it.", { n })
  : t("Question {n} was corrected: every score was counted again.", { n }));
