/** Reads [{scene, base, answered, fan}, …] and writes what the page would reckon for each: null where it waits for the server. */
import { readFileSync } from "node:fs";

import { reckon } from "../../static/js/shared/gain.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(({ scene, base, answered, fan }) => reckon(scene, base, answered, fan))));
