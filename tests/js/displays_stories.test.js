import assert from "node:assert/strict";
import { test } from "node:test";
import { podiumStory, storyOf } from "../../static/js/displays/stories.js";

test("every outcome of a reveal has its own story", () => {
  const story = (answered, right, silent, changed = null) => storyOf({ answered, right, silent, changed });
  assert.equal(story(0, 0, 12), "silence");
  assert.equal(story(1, 1, 0), "one_fan_right");
  assert.equal(story(1, 0, 0), "one_fan_wrong");
  assert.equal(story(50, 0, 3), "nobody");
  assert.equal(story(50, 50, 0), "everybody");
  assert.equal(story(50, 50, 1), "many", "somebody was silent, so it was not everybody");
  assert.equal(story(50, 1, 0), "one");
  assert.equal(story(50, 24, 0), "few");
  assert.equal(story(2, 2, 2), "few", "half of those who are in is not most of them");
  assert.equal(storyOf({ answered: 50, right: 0, silent: 0 }, "estimate"), "estimate", "close is worth something");
  assert.equal(story(50, 50, 0, { kind: "voided" }), "voided");
  assert.equal(story(50, 50, 0, { kind: "corrected" }), "corrected");
  const survival = (survivors, answered, changed = null) => storyOf({ answered, right: 0, silent: 0, changed }, "single", survivors);
  assert.deepEqual([survival(0, 9), survival(1, 9), survival(1, 1), survival(2, 9)], ["out", "last", "one_fan_wrong", "nobody"]);
  assert.equal(survival(0, 9, { kind: "voided" }), "voided");
});

test("the line above the podium knows who came through, and with whom", () => {
  const row = (fan, rank) => ({ fan, rank, name: fan, score: 1 });
  assert.equal(podiumStory({ step: 2, rows: [row("a", 3)] }), "coming");
  assert.equal(podiumStory({ step: 1, rows: [] }), "nobody");
  assert.equal(podiumStory({ step: 1, rows: [row("a", 1)] }), "one");
  assert.equal(podiumStory({ step: 1, rows: [row("a", 1), row("b", 1)] }), "tie");
  assert.equal(podiumStory({ step: 1, rows: [row("a", 1), row("b", 2)] }), "winner");
  assert.equal(podiumStory({ step: 2, rows: [row("a", 2), row("b", 2)] }), "shared");
  assert.equal(podiumStory({ step: 2, rows: [row("a", 3), row("b", 3)] }), "coming", "those are the step before");
});
