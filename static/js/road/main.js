/** Entry of the road: words first, then the play. */
import { drawBadges } from "../fans/badges.js";
import { readJson } from "../shared/dom.js";
import { loadWords } from "../shared/words.js";
import { Journey } from "./journey.js";

loadWords();
drawBadges();

const stage = document.getElementById("stage");
const map = document.getElementById("map");
const code = readJson("page")?.code;
if (stage && map && code) new Journey(stage, map, code).start();
