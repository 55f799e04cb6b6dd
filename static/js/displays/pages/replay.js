/** A run that is over, on a screen, from its record: the wall's own drawing, and the controls beneath it. Sound at 1× only. */
import { html, render } from "lit-html";
import { loadWords, t } from "../../shared/words.js";
import { cuesBetween } from "../cues.js";
import { clockOf, Player, SPEEDS } from "../replay.js";
import { Screen } from "../screen.js";
import { Sound } from "../sound.js";

/** @typedef {import("../replay.js").Mark} Mark */

const IDLE_MS = 4000;

/** @param {Mark} mark */
function markWords({ scene, n, warm_up }) {
  if (warm_up) return t("Warm-up");
  if (n !== null) return t("Question {n}", { n });
  return scene === "lobby" ? t("Lobby") : scene === "podium" ? t("Podium") : t("The end");
}

/** @param {Player} player @param {string} back @param {() => void} draw */
function controls(player, back, draw) {
  const act = (/** @type {(value: number) => void} */ deed) => (/** @type {Event} */ event) => {
    deed(Number(/** @type {HTMLInputElement} */ (event.target).value));
    draw();
  };
  const { marks, length_ms } = player.record;
  const here = player.here();
  return html`
    <input type="range" class="replay__line" min="0" max=${Math.ceil(length_ms)} step="100" .value=${String(Math.floor(player.ms))}
      aria-label=${t("Place in the run")} aria-valuetext=${clockOf(player.ms)} @input=${act((ms) => player.jump(ms))}>
    <div class="replay__row">
      <button type="button" class="replay__play" id="play" @click=${act(() => player.toggle())}>${player.playing ? t("Pause") : t("Play")}</button>
      ${SPEEDS.map((speed) => html`<button type="button" data-speed=${speed} aria-pressed=${player.speed === speed} @click=${act(() => { player.speed = speed; })}>${speed}×</button>`)}
      <span class="replay__clock num">${clockOf(player.ms)} / ${clockOf(length_ms)}</span>
      <select id="jump" aria-label=${t("Jump to")} @change=${act((at) => player.jump(marks[at]?.ms ?? 0))}>
        ${marks.map((mark, at) => html`<option value=${at} .selected=${at === here}>${markWords(mark)} · ${clockOf(mark.ms)}</option>`)}</select>
      <span class="replay__keys">${t("Space: play or pause · ← →: question · S: speed · F: full screen")}</span>
      <a href=${back}>${t("Report")}</a>
    </div>`;
}

/** @param {HTMLElement} bar @param {HTMLElement} root @param {import("../replay.js").Record} record */
function start(bar, root, record) {
  const sound = new Sound({ muted: bar.dataset["silent"] !== undefined });
  /** @type {import("../cues.js").Moment | null} */
  let before = null;
  /** @type {Player | null} */
  let player = null;
  const screen = new Screen(root, {
    now: () => player?.ms ?? 0,
    moment: (moment) => {
      if (player?.playing && player.speed === 1) for (const cue of cuesBetween(before, moment)) sound.play(cue);
      before = moment;
    },
  });
  const playing = new Player(record, (state, jumped) => {
    if (jumped) [before, screen.seats] = [null, []];
    screen.take(state);
  });
  player = playing;
  bar.replaceChildren();
  const draw = () => render(controls(playing, bar.dataset["back"] ?? "/", draw), bar);
  draw();
  listen(playing, draw, bar, sound);
  run(playing, screen, draw);
}

/** @param {Player} player @param {Screen} screen @param {() => void} draw */
function run(player, screen, draw) {
  let last = performance.now();
  let drawn = "";
  const frame = (/** @type {number} */ now) => {
    player.turn(Math.min(250, Math.max(0, now - last))); // a page that slept goes on where it stood
    last = now;
    screen.frame();
    const mark = `${clockOf(player.ms)} ${player.playing}`;
    if (mark !== drawn) {
      drawn = mark;
      draw();
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** @param {Player} player @param {() => void} draw @param {HTMLElement} bar @param {Sound} sound */
function listen(player, draw, bar, sound) {
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": () => player.toggle(),
    s: () => { player.speed = SPEEDS[(SPEEDS.indexOf(player.speed) + 1) % SPEEDS.length] ?? 1; },
    arrowleft: () => player.step(-1),
    arrowright: () => player.step(1),
    f: () => void document.documentElement.requestFullscreen?.().catch(() => undefined),
  };
  const awake = whileSomebodyIsThere(player, bar);
  addEventListener("keydown", (event) => {
    awake();
    const key = event.key.toLowerCase();
    const deed = keys[key];
    const inControl = event.target instanceof Element && event.target.closest("select, input, button, a");
    if (!deed || event.ctrlKey || event.metaKey || (inControl && key !== "f" && key !== "s")) return;
    event.preventDefault();
    deed();
    draw();
  });
  addEventListener("pointermove", awake);
  addEventListener("pointerdown", () => {
    awake();
    sound.enable();
  });
  addEventListener("click", (event) => {
    // Clicked, not reached by the keyboard: the space bar plays again, wherever one has clicked.
    if (event.detail > 0 && document.activeElement instanceof HTMLButtonElement) document.activeElement.blur();
  });
}

/** The controls go while nobody moves. @param {Player} player @param {HTMLElement} bar */
function whileSomebodyIsThere(player, bar) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let idle;
  return () => {
    document.body.classList.remove("is-idle");
    clearTimeout(idle);
    idle = setTimeout(() => document.body.classList.toggle("is-idle", player.playing && !bar.contains(document.activeElement)), IDLE_MS);
  };
}

loadWords();
const bar = document.getElementById("replay");
const root = document.getElementById("screen");
if (bar && root) {
  fetch(bar.dataset["record"] ?? "", { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((record) => start(bar, root, record), () => {
      bar.textContent = t("The record did not come. Load this page again.");
    });
}
