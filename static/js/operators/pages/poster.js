/** The posters on the report of a run that is over. */
import { loadWords } from "../../shared/words.js";
import { fillPosters } from "../poster_panel.js";

loadWords();
const panel = document.querySelector("[data-poster]");
if (panel instanceof HTMLElement) void fillPosters(panel);
