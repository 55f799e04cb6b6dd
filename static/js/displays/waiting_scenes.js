/** The scenes in which nothing is asked: before the start, the lobby, the thanks, the cancelled evening. */

import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { named } from "../shared/named.js";
import { pick, t } from "../shared/words.js";
import { worn } from "../shared/worn.js";
import { crowdOf, spanOf } from "./figures.js";
import { frame, joinCard, number, people, qrImage, recounted, typed } from "./pieces.js";
import { vars } from "./vars.js";

/** @typedef {import("./pieces.js").Show} Show */

/** @param {Show} show */
const invitation = (show) => html`
  <div class="invite">
    <div class="invite__words">
      <p class="invite__how">${t("Scan, or open")}</p>
      <p class="invite__url">${typed(show.joinUrl)}</p>
      <p class="invite__how">${t("and type the code")}</p>
      <p class="invite__code num">${show.scene.run.code}</p>
    </div>
    ${qrImage(show.qr)}
  </div>`;

/** Heat at the foot of the screen: the more people, the higher it stands. @param {number} joined */
const heat = (joined) =>
  html`<i class="heat" ${vars({ "--heat": Math.min(1, Math.log10(1 + joined) / 4).toFixed(3) })} aria-hidden="true"></i>`;

/** @param {Show} show */
export function scheduled(show) {
  const { run } = show.scene;
  const ms = run.starts_at ? Date.parse(run.starts_at) - show.wall : null;
  const left = ms === null ? null : spanOf(ms);
  return frame(show, html`
    ${heat(show.joined)}
    <div class="before">
      <h1 class="before__title">${pick(run.activity)}</h1>
      ${left === null || ms === null || ms <= 0
        ? html`<p class="before__line">${t("Starting soon")}</p>`
        : html`<p class="before__line">${t("Starts in")}</p>
          ${left.days > 0 ? html`<p class="before__days">${left.days === 1 ? t("1 day") : t("{n} days", { n: left.days })}</p>` : nothing}
          <p class="before__clock num" role="timer">${left.clock}</p>`}
    </div>
    ${invitation(show)}`, { name: "scheduled" });
}

/** @param {Show} show */
export function lobby(show) {
  const { size, capacity } = crowdOf(show.joined);
  const names = show.names.slice(0, capacity);
  return frame(show, html`
    ${heat(show.joined)}
    <div class="crowd crowd--${size}">
      ${names.length === 0 ? emptyCrowd(show.joined) : repeat(names, (each) => `${each.since} ${each.name}`, (each, index) => html`
        <p class="crowd__name" ${vars({ "--tilt": ((index * 7) % 5) - 2, "--late": (index * 5) % 7 })}><span>${named(each.name)}${worn(show.badges?.[each.name])}</span></p>`)}
      ${show.joined === 1 && names.length ? html`<p class="crowd__line">${t("The first one is here. Who is next?")}</p>` : nothing}
    </div>
    ${invitation(show)}`, { name: "lobby" });
}

/** @param {number} joined */
const emptyCrowd = (joined) => joined === 0
  ? html`<div class="crowd__empty"><h1>${t("The gate is open")}</h1><p>${t("Be the first one in")}</p></div>`
  : html`<div class="crowd__empty"><h1>${t("The gate is open")}</h1><p>${joined === 1 ? t("One is in already. Come and join.") : t("{n} are in. Come and join them.", { n: number(joined) })}</p></div>`;

/** @param {Show} show */
export function final(show) {
  const { board, final: end } = show.scene;
  const played = board?.of ?? 0;
  const best = (board?.top ?? []).filter((/** @type {{rank: number}} */ row) => row.rank <= 3).slice(0, 5);
  return frame(show, html`
    ${heat(Math.max(played, 30))}
    <div class="thanks">
      <h1 class="thanks__title">${t("Thank you")}</h1>
      <p class="thanks__line">${played === 1 ? t("One fan stormed the pass tonight") : t("{n} fans stormed the pass tonight", { n: number(played) })}</p>
      <ol class="thanks__best">${best.map((/** @type {any} */ row) => html`
        <li class="thanks__row" data-rank=${row.rank}><span class="place num">${row.rank}</span><span class="name">${named(row.name)}${worn(show.scene.badges?.[row.fan])}</span><span class="num">${number(row.score)}</span></li>`)}
      </ol>
      ${recounted(board)}
      <p class="thanks__awards">${end?.awards ? t("Points and badges are on your phone now") : t("Points and badges are on their way to your phone")}</p>
    </div>
    ${show.qr ? html`<div class="thanks__qr">${joinCard(show)}<p>${t("Your result")}</p></div>` : nothing}`, { name: "final", right: people(played) });
}

/** @param {Show} show */
export const cancelled = (show) => frame(show, html`
  <div class="still"><h1>${t("This round of the show is off")}</h1><p>${t("Thank you for coming. See you next time.")}</p></div>`, { name: "cancelled" });
