/** The own link: a challenge once a play is over, else an invitation. Who comes by it is remembered as brought by this fan. */
import { sendOn } from "../shared/share.js";
import { pick, t } from "../shared/words.js";

/** @param {import("./state.js").State} state */
export function ownLink({ road, you, play }) {
  const link = new URL(`/r/${encodeURIComponent(road?.run.code ?? "")}`, location.href);
  if (play?.challenge) {
    link.searchParams.set("d", play.challenge);
    return link.href;
  }
  link.searchParams.set("c", "share");
  if (you) link.searchParams.set("i", you.fan);
  return link.href;
}

/** @param {import("./state.js").State} state @returns {Promise<boolean>} copied */
export function share(state) {
  const text = t("I got {n} points on this road. Can you go further?", { n: state.play?.result?.score ?? state.you?.best ?? 0 });
  return sendOn({ title: pick(state.road?.run.activity), text, url: ownLink(state) });
}
