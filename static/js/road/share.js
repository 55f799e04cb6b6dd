/** The own link: a challenge once a play is over, else an invitation. Who comes by it is remembered as brought by this fan. */
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

/** By the phone's own sheet, else into the clipboard, else into a field by hand. @param {import("./state.js").State} state
 * @returns {Promise<boolean>} copied */
export async function share(state) {
  const url = ownLink(state);
  const text = t("I got {n} points on this road. Can you go further?", { n: state.play?.result?.score ?? state.you?.best ?? 0 });
  try {
    if (typeof navigator.share === "function") {
      await navigator.share({ title: pick(state.road?.run.activity), text, url });
      return false;
    }
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(url);
      return true;
    }
  } catch {
    return false; // the sheet was closed again, or the clipboard is forbidden
  }
  return byHand(url);
}

/** Plain http has no clipboard. @param {string} url */
function byHand(url) {
  const field = document.createElement("textarea");
  field.value = url;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
