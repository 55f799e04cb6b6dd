import assert from "node:assert/strict";
import { test } from "node:test";

import { count, pick, place, seconds, t, useWords } from "../../static/js/shared/words.js";

test("a sentence is said in the page's language, with its values in place", () => {
  useWords({ "{n} people are here": "已有 {n} 人" }, "zh-CN");
  assert.equal(t("{n} people are here", { n: 12 }), "已有 12 人");
});

test("an unknown sentence stands as it is, an unknown name too", () => {
  useWords({}, "zh-CN");
  assert.equal(t("Recorded"), "Recorded");
  assert.equal(t("{a} and {b}", { a: 1 }), "1 and {b}");
});

test("a name with braces of its own is not filled in again", () => {
  useWords({}, "en");
  assert.equal(t("Hello {name}", { name: "{name}" }), "Hello {name}");
});

test("texts are picked in the page's language, else in the other", () => {
  useWords({}, "en");
  assert.equal(pick({ zh: "小米", en: "Xiaomi" }), "Xiaomi");
  assert.equal(pick({ zh: "小米", en: "" }), "小米");
  assert.equal(pick(null), "");
});

test("ranks are said as people say them", () => {
  useWords({}, "en");
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 101, 111, 12304].map(place), [
    "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "101st", "111th", "12,304th",
  ]);
  useWords({}, "zh-CN");
  assert.equal(place(17), "第\u00a017\u00a0名");
});

test("numbers read the same for everybody", () => {
  assert.equal(count(12304), "12,304");
  assert.equal(seconds(796), "0.796");
});
