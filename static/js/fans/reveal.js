/**
 * The reveal: own result first, at once and without asking anybody (the key is in the packet, the place in the
 * histogram); exact rank, score and network figures fill places kept for them when the own standing arrives.
 */
import { html, nothing } from "lit-html";
import { classMap } from "lit-html/directives/class-map.js";

import { markOf, saidIt } from "../shared/buzz.js";
import { nearness } from "../shared/gain.js";
import { named } from "../shared/named.js";
import { raceStrip } from "../shared/race.js";
import { placed } from "../shared/standing.js";
import { count, decimal, pick, place as rankSaid, seconds, t } from "../shared/words.js";
import { order } from "./buzzer.js";
import { aheadFigure, chip, figure, life, recounted, seal, sign } from "./pieces.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {"right" | "close" | "wrong" | "unasked" | "silent" | "void"} Verdict  unasked: at a buzzer others spoke first */

/** How it went for this fan, from the packet alone; the standing has the last word.
 * @param {Pick<Model, "state" | "answered" | "own">} view @returns {Verdict} */
export function verdictOf({ state, answered, own: result }) {
  const { round, reveal } = state.scene ?? {};
  if (!round || !reveal) return "silent";
  if (reveal.changed?.kind === "voided") return "void";
  if (result?.right) return "right";
  if (!answered) return "silent";
  if (round.kind === "buzzer") return MARKED[String(markOf(state.scene?.buzz, state.you?.fan ?? ""))] ?? "unasked";
  if (round.kind === "estimate") return NEAR[nearness(answered.value, reveal)];
  const own = new Set(answered.places ?? []);
  const same = own.size === reveal.places.length && reveal.places.every((each) => own.has(each));
  return same ? "right" : "wrong";
}

/** @type {Record<string, Verdict>} */
const MARKED = { true: "right", false: "wrong" };

/** @type {Record<"within" | "close" | "far", Verdict>} */
const NEAR = { within: "right", close: "close", far: "wrong" };

/** @param {Model} view */
export function reveal(view) {
  const { round, reveal: told, board } = view.state.scene ?? {};
  if (!round || !told) return nothing;
  const verdict = verdictOf(view);
  // Survival: nobody has points before the pot is paid, so nobody is ahead of anybody.
  const survivors = board?.survivors ?? null;
  return html`<section class="told told--${verdict}">
    ${changed(view)} ${recounted(view)} ${allFallen(view)} ${headline(view, verdict)} ${spent(view)}
    ${round.warm_up ? html`<p class="soft">${t("Warm-up: it counts nothing. Your score stays as it was.")}</p>` : html`<dl class="figures">${view.fallen && !lastToFall(view) ? funFigures(view, view.fallen) : html`
      ${survivors === null ? aheadFigure(view) : nothing}
      ${survivors !== null && view.score === 0 ? nothing : figure(t("Rank of {n}", { n: count(board?.of ?? 0) }), view.state.standing ? placed(view.state.standing.score, rankSaid(view.state.standing.rank)) : "—")}
      ${survivors === null ? figure(t("In a row"), view.current ? (view.own ?? view.state.you)?.streak ?? 0 : "—") : stillIn(view, survivors)}`}
    </dl>`}
    ${round.kind === "buzzer" ? order(view) : round.kind === "estimate" ? scale(view) : bars(view)} ${race(view)}
    <p class="told__why">${pick(told.explanation)}</p>
    ${fairness(view)}
  </section>`;
}

/** @param {Model} view */
function changed({ state }) {
  const { round, reveal: told } = state.scene ?? {};
  if (!round || !told?.changed) return nothing;
  if (told.changed.kind === "voided") {
    return html`<p class="notice" role="status">${sign("void")} ${t("This question was taken back. It counts for nobody.")}</p>`;
  }
  const before = round.kind === "buzzer" ? nothing : told.changed.value === null ? told.changed.places.map((each) => chip(round, each)) : decimal(told.changed.value);
  return html`<p class="notice" role="status">
    ${sign("void")} <span>${before === nothing ? t("Corrected.") : html`${t("Corrected. Before, the screen said:")} ${before}`} ${t("All scores have been computed anew.")}</span>
  </p>`;
}

/** @param {Model} view @param {Verdict} verdict */
function headline(view, verdict) {
  const { reveal: told } = view.state.scene ?? {};
  const { own } = view;
  const potted = lastToFall(view);
  const kind = potted ? "pot" : verdict === "close" ? "right" : verdict === "unasked" ? "silent" : verdict;
  return html`<div class="verdict verdict--${kind}">
    <span class="verdict__seal">${sign(kind)}</span>
    <h1 class="verdict__word num">${potted ? html`<small>${t("Last to fall")}</small> ` : nothing}${own && own.gained > 0 ? `+${count(own.gained)}` : said(verdict, view)}</h1>
    <p class="verdict__more num">${own ? more(own) : nothing}</p>
    <p class="verdict__line">${line(told, verdict, view)}</p>
  </div>`;
}

/** @param {import("./model.js").Own} own */
function more({ bonus, share }) {
  if (share > 0) return t("share of the pot {n}", { n: count(share) });
  return bonus > 0 ? t("streak +{n}", { n: count(bonus) }) : nothing;
}

/** Nobody is left and this fan fell last: out, and paid. Also later, on the podium.
 * @param {Pick<Model, "own">} view */
export const lastToFall = ({ own }) => own !== null && own.out && own.share > 0;

/** @param {Model} view */
function allFallen(view) {
  const { board, round, reveal: told } = view.state.scene ?? {};
  if (board?.survivors !== 0 || round?.rule !== "survival" || told?.changed || lastToFall(view)) return nothing;
  return html`<p class="soft">${t("Everybody is out. The last to fall share the pot.")}</p>`;
}

/** What the extra life was good for, in words. @param {Model} view */
function spent({ lifeSpent }) {
  return lifeSpent ? html`<p class="notice notice--life">${life(false)}<span>${lifeWords()}</span></p>` : nothing;
}

/** Also what a screen reader hears. */
export const lifeWords = () => t("That took your extra life: you are still in. From now on wrong or silent is out.");

/** Who is out counts on a board of their own. @param {Model} view @param {import("../shared/contract").OwnFallen} own */
function funFigures({ state }, own) {
  const { board } = state.scene ?? {};
  const of = board?.fallen?.of;
  return html`${figure(t("Right for fun"), count(own.score), "figure--hot")}
    ${figure(of ? t("Of {n} who are out", { n: count(of) }) : t("Of those who are out"), own.rank && own.score > 0 ? rankSaid(own.rank) : "—")}
    ${figure(t("Still in"), count(board?.survivors ?? 0))}`;
}

/** Out of a survival run, and not because the question was taken back. @param {Pick<Model, "own"> & {state?: Model["state"]}} view */
export const isOut = ({ own, state }) => !state?.scene?.round?.warm_up && own !== null && own.out && own.right === false && !lastToFall({ own });

/** @param {Verdict} verdict @param {Model} view */
function said(verdict, { own, state }) {
  if (isOut({ own, state })) return t("Out");
  switch (verdict) {
    case "right":
      return t("Right!");
    case "close":
      return t("Close!");
    case "wrong":
      return t("Not this time");
    case "unasked":
      return t("Others spoke first");
    case "silent":
      return t("No answer");
    case "void":
      return t("Does not count");
  }
}

/** The hall in one sentence. @param {import("../shared/contract").Reveal | null | undefined} told @param {Verdict} verdict
 * @param {Model} view */
function line(told, verdict, { state }) {
  if (!told || verdict === "void") return nothing;
  if (state.scene?.round?.kind === "estimate") {
    const m = count(told.answered + told.silent);
    return told.right === 1 ? t("1 of {m} was within the margin", { m }) : t("{n} of {m} were within the margin", { n: count(told.right), m });
  }
  if (state.scene?.round?.kind === "buzzer") return spoken(state.scene.buzz);
  if (told.answered === 0) return t("Nobody answered.");
  if (told.right === 0) return t("Nobody had it. The gate held against everyone.");
  if (told.answered > 1 && told.right === told.answered && told.silent === 0) return t("Everybody had it. The whole hall is through.");
  return told.right === 1 && verdict === "right"
    ? t("You alone had it.")
    : t("{n} of {m} had it", { n: count(told.right), m: count(told.answered + told.silent) });
}

/** Who said it. @param {import("../shared/contract").Buzz | null | undefined} buzz */
function spoken(buzz) {
  const row = saidIt(buzz);
  if (row) return html`${named(row.name)} ${t("had it")}`;
  return buzz?.rows.length ? t("Nobody had it. The gate held against everyone.") : t("Nobody pressed.");
}

/** @param {Model} view @param {number} survivors */
function stillIn({ own, state }, survivors) {
  const alone = survivors === 1 && (own ?? state.you)?.out === false;
  return figure(t("Still in"), alone ? t("only you") : count(survivors), "figure--hot");
}

/** @param {Model} view */
function bars({ state, order, answered }) {
  const { round, reveal: told } = state.scene ?? {};
  if (!round || !told) return nothing;
  const most = Math.max(1, ...told.counts);
  const own = answered?.places ?? [];
  return html`<ol class="bars">
    ${order.map((place) => {
      const right = told.places.includes(place);
      const classes = classMap({ bar: true, "bar--right": right, "bar--mine": own.includes(place) });
      return html`<li class=${classes} data-el=${place}>
        <span class="bar__fill" .style=${`--part:${(told.counts[place] ?? 0) / most}`}></span>
        ${seal(place, "seal--small")}
        <span class="bar__text">${pick(round.choices?.[place])}
          ${own.includes(place) ? html`<em class="bar__own">${t("yours")}</em>` : nothing}</span>
        <span class="bar__count num">${count(told.counts[place] ?? 0)}</span>
        ${right ? html`<span class="bar__sign">${sign("right")}<span class="visually-hidden">${t("right answer")}</span></span>` : html`<span></span>`}
      </li>`;
    })}
  </ol>`;
}

/** All answers over time, one's own among them. @param {Model} view */
function race({ state, order, answered }) {
  const ran = state.scene?.reveal?.race;
  if (!ran || ran.lanes.length !== order.length) return nothing;
  return raceStrip(ran, order, answered && { places: answered.places ?? [], elapsed_ms: answered.elapsed_ms });
}

/** An estimate on its scale: where all were, where it is, where we were. @param {Model} view */
function scale({ state, answered }) {
  const { round, reveal: told } = state.scene ?? {};
  if (!round || !told || told.value === null) return nothing;
  const low = round.low ?? 0;
  const high = round.high ?? 1;
  const most = Math.max(1, ...told.counts);
  /** @param {number} value */
  const at = (value) => `--at:${Math.max(0, Math.min(1, (value - low) / (high - low || 1)))}`;
  const unit = pick(round.unit);
  return html`<div class="scale">
    <p class="scale__value num">${decimal(told.value)}<small> ${unit}</small></p>
    <div class="scale__bins" aria-hidden="true">
      ${told.counts.map((n) => html`<span class="scale__bin" .style=${`--part:${n / most}`}></span>`)}
      <span class="scale__pin scale__pin--right" .style=${at(told.value)}></span>
      ${typeof answered?.value !== "number" ? nothing : html`<span class="scale__pin scale__pin--mine" .style=${at(answered.value)}></span>
        <b class="scale__mine num" .style=${at(answered.value)}>${decimal(answered.value)}</b>`}
    </div>
    <p class="rail__ends num soft"><span>${decimal(low)}</span><span>${decimal(high)} ${unit}</span></p>
    ${typeof answered?.value !== "number" ? nothing : html`<p class="scale__own">${t("Your estimate")}: <b class="num">${decimal(answered.value)} ${unit}</b></p>`}
  </div>`;
}

/** 0.842 s − 0.046 s network = 0.796 s · 17th · receipt. @param {Model} view */
function fairness({ state, answered }) {
  const s = state.standing;
  const timed = s ?? state.ack;
  const unit = t("s");
  const sum =
    typeof timed?.raw_ms === "number" && typeof timed.elapsed_ms === "number"
      ? html`<span>${seconds(timed.raw_ms)} ${unit}</span> <span>− ${seconds(timed.network_ms ?? 0)} ${unit} ${t("network")}</span>
          <b>= ${seconds(timed.elapsed_ms)} ${unit}</b>
          ${s?.round_rank ? html`<span>· ${t("{place} in this round", { place: rankSaid(s.round_rank) })}</span>` : nothing}`
      : answered
        ? html`<b>${seconds(answered.elapsed_ms)} ${unit}</b>`
        : nothing;
  const receipt = s?.receipt ?? answered?.receipt;
  if (sum === nothing && !receipt) return nothing;
  return html`<p class="fair num">
    ${sum} ${receipt ? html`<span class="fair__receipt">${t("receipt")} <b>${receipt}</b></span>` : nothing}
    ${s?.flagged ? html`<span class="fair__flag">${t("faster than a human: a person will look at it")}</span>` : nothing}
  </p>`;
}
