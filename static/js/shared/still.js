/** The pause: all clocks stand still, until an instant that is announced ahead. Pure. */

/** @typedef {Pick<import("./contract").Scene, "pause">} Scene */

/** Whether the clocks stand still now. @param {Partial<Scene>} scene @param {number} now the server's clock */
export const standsStill = ({ pause }, now) => Boolean(pause && (pause.until_ms === null || now < pause.until_ms));

/** Whole seconds until they go on; 0: nobody has said when. @param {Partial<Scene>} scene @param {number} now */
export const goesOnIn = ({ pause }, now) => (pause?.until_ms ? Math.max(0, Math.ceil((pause.until_ms - now) / 1000)) : 0);

/** Whole seconds that the open question has left then; 0: no question is open. @param {Partial<Scene>} scene */
export const leftThen = ({ pause }) => Math.ceil((pause?.left_ms ?? 0) / 1000);
