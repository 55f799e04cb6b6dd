/** When the fan's page draws itself. The server is not there: what it would say is put in by hand. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Game } from "../../static/js/fans/game.js";

const silent = { addEventListener() {}, removeEventListener() {} };
const document = { ...silent, documentElement: { dataset: {} } };
Object.assign(globalThis, silent, { document, location: { protocol: "http:", host: "127.0.0.1:1", hostname: "127.0.0.1", port: "1" } });

/** How often a page draws itself for a sample's snapshot, and how often for a tick after it. @param {string} name @param {string} [kind] of question */
function drawn(name, kind) {
  const sample = JSON.parse(readFileSync(new URL(`fixtures/scenes/${name}.json`, import.meta.url), "utf8"));
  if (kind) sample.scene.round.kind = kind;
  let times = 0;
  class Page extends Game {
    /** @override */
    draw() {
      times += 1;
    }
  }
  const page = new Page(/** @type {any} */ ({}), "K7M2QD");
  page.take({ kind: "snapshot", data: sample });
  const first = times;
  page.take({ kind: "tick", data: { seq: sample.scene.seq, joined: 7, answered: 3, connected: 7 } });
  page.wire.close();
  assert.equal(page.state.tick?.answered, 3, name);
  return [first, times - first];
}

test("who has answered is told with the second that is drawn anyway, who has pressed the buzzer at once", () => {
  assert.deepEqual(drawn("06-open-four"), [1, 0]);
  assert.deepEqual(drawn("13-recorded"), [1, 0]);
  assert.deepEqual(drawn("06-open-four", "buzzer"), [1, 1]);
  assert.deepEqual(drawn("03-lobby"), [1, 1], "no second is drawn by itself");
});
