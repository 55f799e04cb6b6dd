/** Reads one list of packets per page and writes, after each packet, what that page would show of its own result. */
import { readFileSync } from "node:fs";

import { model } from "../../static/js/fans/model.js";
import { aheadNow } from "../../static/js/fans/pieces.js";
import { fresh } from "../../static/js/fans/toy.js";
import { apply, empty } from "../../static/js/shared/state.js";

const pages = JSON.parse(readFileSync(0, "utf8"));
const seen = Object.entries(pages).map(([fan, packets]) => {
  let state = empty();
  const shown = packets.map(({ pending = null, ...packet }) => {
    state = apply(state, packet);
    const local = { link: "online", removed: null, picked: [], value: null, pending, toy: fresh(), epoch: 0 };
    const view = model(state, local, 0, 0);
    return { own: view.own, score: view.score, ahead: aheadNow(view) };
  });
  return [fan, shown];
});
process.stdout.write(JSON.stringify(Object.fromEntries(seen)));
