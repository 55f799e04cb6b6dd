import assert from "node:assert/strict";
import { test } from "node:test";
import { Wishes } from "../../static/js/operators/desk_wishes.js";

/** A server that answers when it is told to. */
function desk() {
  const sent = [];
  const answers = [];
  let draws = 0;
  const wishes = new Wishes((name, on) => {
    sent.push([name, on]);
    return new Promise((answer) => answers.push(answer));
  }, () => { draws += 1; });
  const answer = async (ack) => {
    answers.shift()(ack);
    await new Promise((done) => setImmediate(done));
  };
  return { wishes, sent, answer, draws: () => draws };
}

test("a press shows what is wanted at once, and is busy until the desk is told so", async () => {
  const { wishes, sent, answer, draws } = desk();
  wishes.turn("pause", false);
  assert.deepEqual([wishes.of("pause", false), wishes.waits("pause"), draws()], [true, true, 1]);
  assert.deepEqual(sent, [["pause", true]]);
  wishes.hear(() => false); // a packet from before
  await answer({ outcome: "moved" });
  assert.deepEqual([wishes.of("pause", false), wishes.waits("pause")], [true, true]);
  wishes.hear(() => true);
  assert.deepEqual([wishes.of("pause", true), wishes.waits("pause")], [true, false]);
});

test("pressed twice before the first answer it is as it was: the wishes are sent in turn, the latest wins", async () => {
  const { wishes, sent, answer } = desk();
  wishes.turn("pause", false);
  wishes.turn("pause", false); // the desk still knows of nothing
  assert.equal(wishes.of("pause", false), false);
  assert.deepEqual(sent, [["pause", true]], "the second waits for its turn");
  wishes.hear(() => true); // the first is told while the second is on its way
  await answer({ outcome: "moved" });
  assert.deepEqual(sent, [["pause", true], ["pause", false]]);
  assert.equal(wishes.of("pause", true), false, "an answer to the older wish overrides nothing");
  await answer({ outcome: "moved" });
  wishes.hear(() => false);
  assert.deepEqual([wishes.of("pause", false), wishes.waits("pause")], [false, false]);
});

test("pressed again after the answer and before the packet, it turns what was wished", async () => {
  const { wishes, sent, answer } = desk();
  wishes.turn("brand", false);
  await answer({ outcome: "moved" });
  wishes.turn("brand", false);
  assert.deepEqual(sent, [["brand", true], ["brand", false]]);
  await answer({ outcome: "moved" });
  wishes.hear(() => false);
  assert.equal(wishes.waits("brand"), false);
});

test("what is refused, or was never answered, is wished no more", async () => {
  for (const ack of [{ outcome: "stale" }, { error: "not_allowed" }, null]) {
    const { wishes, answer } = desk();
    wishes.turn("names", false);
    await answer(ack);
    assert.deepEqual([wishes.of("names", false), wishes.waits("names")], [false, false]);
  }
});

test("a wish that no packet ever shows is forgotten", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { wishes, answer } = desk();
  wishes.turn("brand", false);
  await answer({ outcome: "moved" });
  context.mock.timers.tick(2999);
  assert.equal(wishes.waits("brand"), true);
  context.mock.timers.tick(1);
  assert.deepEqual([wishes.of("brand", false), wishes.waits("brand")], [false, false]);
});

test("told before the answer, it is done with the answer: another desk's press is seen at once", async () => {
  const { wishes, sent, answer } = desk();
  wishes.turn("brand", false);
  wishes.hear(() => true); // the packet is quicker than the acknowledgement
  await answer({ outcome: "moved" });
  assert.deepEqual([wishes.of("brand", true), wishes.waits("brand")], [true, false]);
  wishes.hear(() => false); // another desk
  wishes.turn("brand", false);
  assert.deepEqual(sent, [["brand", true], ["brand", true]]);
});
