/** Entry of every fan page: words first, then what the page needs. */
import { readJson } from "../shared/dom.js";
import { loadWords } from "../shared/words.js";
import { drawBadges } from "./badges.js";
import { Game } from "./game.js";
import { startJoin } from "./join.js";

loadWords();

const stage = document.getElementById("stage");
const code = readJson("page")?.code;
if (stage && code) new Game(stage, code).start();

drawBadges();

const form = document.querySelector("form[data-join]");
if (form instanceof HTMLFormElement) startJoin(form);
