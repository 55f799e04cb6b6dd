/** What operators' pages need of scripts: the run desk, where there is one. Everything else here is HTML. */

import { loadWords } from "../shared/words.js";
import { startDesk } from "./desk.js";

loadWords();
const desk = document.getElementById("desk");
if (desk) startDesk(desk);
