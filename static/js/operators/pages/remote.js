/**
 * A phone as remote control: next, back and pause of one run. What a button will do stands on it; every press carries the state
 * it was pressed in, so a press too late says so and does nothing. What the hand feels, the eye sees too.
 */

import { html, render } from "lit-html";
import { ClockEstimate, ownNow } from "../../shared/clock.js";
import { keepAwake } from "../../shared/dom.js";
import { connect } from "../../shared/socket.js";
import { loadWords, pick, t } from "../../shared/words.js";
import { ackWords, nextWords, sceneWords } from "../steps.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{desk: Desk | null, link: string, refused: string, sent: number | null, note: {text: string, good: boolean}}} View */

const FELT_MS = 180;
const clock = new ClockEstimate();
/** @type {View} */
let view = { desk: null, link: "connecting", refused: "", sent: null, note: { text: "", good: true } };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leading;
const root = /** @type {HTMLElement} */ (document.getElementById("remote"));

/** @param {Partial<View>} change */
function set(change) {
  view = { ...view, ...change };
  draw();
}

/** @param {number | number[]} pattern */
function feel(pattern) {
  navigator.vibrate?.(pattern);
  root.classList.add("remote--felt");
  setTimeout(() => root.classList.remove("remote--felt"), FELT_MS);
}

/** @param {string} event @param {Record<string, unknown>} data */
async function press(event, data) {
  if (!view.desk || view.sent === view.desk.next.seq) return;
  if (!wire.connected()) {
    set({ note: { text: t("Not sent: there is no connection."), good: false } });
    feel([60, 60, 60]);
    return;
  }
  set({ sent: view.desk.next.seq, note: { text: t("Sent …"), good: true } });
  const ack = await wire.ask(event, data).catch(() => null);
  const note = ackWords(ack);
  feel(note.good ? 40 : [60, 60, 60]);
  set({ note, sent: null });
}

function draw() {
  clearTimeout(leading);
  const { desk, link, refused } = view;
  if (refused) {
    render(html`<p class="remote__note remote__note--bad" role="alert">${t("This remote control was taken back, or the show is over. The desk makes a new link.")}</p>`, root);
    return;
  }
  if (!desk) {
    render(html`<p class="remote__line">${t("Connecting to the run …")}</p>`, root);
    return;
  }
  const now = clock.at(ownNow());
  const { head, line, enabled } = nextWords(desk, now);
  const keyed = ["enter_key", "mark", "nobody"].includes(desk.next.step);
  const online = link === "online";
  const wait = Math.max(desk.scene.round?.opens_ms ?? 0, desk.scene.pause?.until_ms ?? 0) - now;
  if (wait > 0) leading = setTimeout(draw, (wait % 1000) + 4);
  render(html`
    <p class="remote__line"><b>${pick(desk.scene.run.title)}</b> · ${online ? sceneWords(desk.paused ? "paused" : desk.scene.scene, 0) : t("No connection. Trying again every two seconds; the show runs on by itself.")}</p>
    <button type="button" class="remote__next" id="remote-next" data-step=${desk.next.step} ?disabled=${!enabled || !online || keyed}
      @click=${() => press("next", { seq: desk.next.seq })}><b>${head}</b><span>${keyed ? t("Only at the desk") : line}</span></button>
    <div class="remote__pair">
      <button type="button" id="remote-back" ?disabled=${!online || desk.back === "nothing"} @click=${() => press("back", { seq: desk.next.seq })}>${backWords(desk)}</button>
      <button type="button" id="remote-pause" aria-pressed=${desk.paused} ?disabled=${!online || !mayPause(desk)} @click=${() => press("pause", { paused: !desk.paused })}>
        ${desk.paused ? t("Go on") : t("Pause")}</button>
    </div>
    <p class=${view.note.good ? "remote__note" : "remote__note remote__note--bad"} role="status">${view.note.text}</p>`, root);
}

/** @param {Desk} desk */
function backWords({ back }) {
  if (back === "reveal") return t("Back to the reveal");
  return back === "podium" ? t("Back one step") : t("Nothing to go back to");
}

/** @param {Desk} desk */
const mayPause = ({ scene, paused }) => paused || ["reading", "open", "closed", "reveal", "board"].includes(scene.scene);

loadWords();
root.textContent = "";
draw();
keepAwake();
const wire = connect("/operators", { run: root.dataset.run ?? "", remote: true }, {
  packets: {
    remote: (/** @type {Desk} */ desk) => {
      clock.hint(desk.now_ms, ownNow());
      set({ desk, link: "online", sent: view.sent === desk.next.seq ? view.sent : null });
    },
  },
  link: (link) => set({ link }),
  refused: (refused) => set({ refused, link: "offline" }),
});
