/** The name page of a road: what the rush's does, without the rush. */
import { startJoin } from "../../fans/join.js";

const form = document.querySelector("form[data-join]");
if (form instanceof HTMLFormElement) startJoin(form);
