/**
 * The live preview beside a quiz's form: what is typed is sent, unsaved, to the preview and comes back as a fan's page, which
 * stands in a frame. The next page is laid behind the one that shows and takes its place when it is loaded, so nothing
 * blinks; where the form does not fit, the last page stays, paler, and the problems stand below it. Rejected: posting the form
 * into the frame (each change would be a step of the browser's *back*).
 */

export {}; // a module of its own

const WAIT_MS = 350;
const box = /** @type {HTMLElement} */ (document.getElementById("live"));
const form = /** @type {HTMLFormElement} */ (document.querySelector(".form--quiz"));
const phone = /** @type {HTMLElement} */ (box.querySelector("[data-phone]"));
const notes = /** @type {HTMLElement} */ (box.querySelector("[data-notes]"));
const gate = /** @type {HTMLElement} */ (box.querySelector("[data-gate]"));
const shown = { face: "map", spoken: document.documentElement.lang.slice(0, 2), level: 1 };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
let asked = new AbortController();

/** @typedef {{ page: string | null, problems: Record<string, string>, remarks: string[] }} Told */

async function ask() {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  const sent = new FormData(form);
  sent.delete("do");
  try {
    const at = `${box.dataset["from"]}/${shown.face}/${shown.spoken}?level=${shown.level}`;
    const answer = await fetch(at, { method: "POST", body: sent, signal, redirect: "error", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    /** @type {Told} */
    const told = await answer.json();
    note(told);
    box.classList.toggle("live--old", told.page === null);
    if (told.page !== null) lay(told.page, signal);
  } catch {
    if (signal.aborted) return;
    box.classList.add("live--old");
    note({ page: null, problems: { "": box.dataset["away"] ?? "" }, remarks: [] });
  }
}

/** @param {string} page @param {AbortSignal} signal */
function lay(page, signal) {
  const frame = document.createElement("iframe");
  frame.title = box.dataset["name"] ?? "";
  const scrolled = showing()?.contentWindow?.scrollY ?? 0;
  const kept = `${shown.face} ${shown.level}`;
  const same = phone.dataset["shows"] === kept;
  frame.addEventListener("load", () => {
    if (signal.aborted) return frame.remove();
    for (const old of [...phone.children]) if (old !== frame) old.remove();
    phone.dataset["shows"] = kept;
    if (same) frame.contentWindow?.scrollTo(0, scrolled);
  });
  frame.srcdoc = page;
  for (const late of [...phone.children].slice(1)) late.remove();
  phone.append(frame);
}

const showing = () => phone.querySelector("iframe");

/** @param {Told} told */
function note({ problems, remarks }) {
  const lines = Object.entries(problems).map(([field, sentence]) => {
    const line = document.createElement("li");
    line.append(...(field ? [wayTo(field), " "] : []), sentence);
    return line;
  });
  const said = remarks.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence }));
  notes.replaceChildren(...lines, ...said);
}

/** A button that opens what is folded around the field and goes there. @param {string} field `levels[2].pass_mark` */
function wayTo(field) {
  const n = levelOf(field);
  const name = document.querySelector(`label[for="${CSS.escape(field)}"]`)?.textContent?.trim();
  const way = Object.assign(document.createElement("button"), { type: "button", className: "link" });
  way.textContent = [n === null ? "" : gateName(n), name ?? ""].filter(Boolean).join(" · ") || field;
  way.addEventListener("click", () => {
    const goal = form.elements.namedItem(field) ?? document.getElementById(`gate-${n}`);
    if (!(goal instanceof HTMLElement)) return;
    for (let at = goal.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
    goal.focus();
    goal.scrollIntoView({ block: "center" });
  });
  return way;
}

/** @param {number} n */
const gateName = (n) => (box.dataset["gates"] ?? "").replace("{n}", String(n));

/** @param {string} name @returns {number | null} the level a field belongs to, from 1 */
function levelOf(name) {
  const found = /^levels\[(\d+)\]/.exec(name);
  return found ? Number(found[1]) + 1 : null;
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => void ask(), WAIT_MS);
}

function label() {
  gate.hidden = shown.face !== "question" && shown.face !== "verdict";
  gate.textContent = gateName(shown.level);
}

/** @param {number | null} level */
function follow(level) {
  if (level === null || level === shown.level) return;
  shown.level = level;
  label();
  if (!gate.hidden) soon();
}

/** @param {Event} event */
function touched(event) {
  const { target } = event;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) follow(levelOf(target.name));
}

form.addEventListener("input", (event) => {
  touched(event);
  soon();
});
form.addEventListener("focusin", touched);
for (const [n, knob] of [...form.querySelectorAll(".knobs > li > details")].entries()) {
  knob.addEventListener("toggle", () => knob instanceof HTMLDetailsElement && knob.open && follow(n + 1));
  if (knob instanceof HTMLDetailsElement && knob.open) shown.level = n + 1;
}
for (const button of box.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    const { face, spoken } = button.dataset;
    Object.assign(shown, face ? { face } : {}, spoken ? { spoken } : {});
    for (const each of button.parentElement?.children ?? []) each.setAttribute("aria-pressed", String(each === button));
    label();
    void ask();
  });
}
label();
void ask();
