/**
 * What each cue plays. Everything stands around D: the lobby's tune, the gate, the fanfare, so that no two sounds of an evening
 * quarrel. Notes are MIDI numbers, times seconds. Rare outcomes have a sound that no other one has.
 */

/** @typedef {import("./cues.js").Cue} Cue @typedef {import("./sound.js").Sound} Sound */

/**
 * The podium's fanfare, 4 s: [start, length, notes]. Two calls, a lift by a fourth, an open final chord.
 * @type {[number, number, number[]][]}
 */
const FANFARE = [
  [0, 0.16, [62]], [0.2, 0.16, [62]], [0.4, 0.34, [69, 62]], [0.8, 0.16, [67]], [1.0, 0.34, [71, 67]],
  [1.4, 0.16, [69]], [1.6, 0.5, [74, 69, 62]], [2.2, 1.8, [78, 74, 69, 62, 50]],
];

/** @type {Record<Cue, (sound: Sound) => void>} */
export const score = {
  read: (s) => {
    s.note(50, 0, 1.1, { gain: 0.26, attack: 0.2 });
    s.note(57, 0.18, 1.1, { gain: 0.16, attack: 0.25 });
  },
  open: (s) => {
    s.sweep(220, 2400, 0.5, 0.22);
    bells(s, [62, 69], 0.07);
  },
  tick: (s) => s.note(86, 0, 0.07, { type: "triangle", gain: 0.3, attack: 0.002 }),
  gate: (s) => {
    s.sweep(1800, 90, 0.55, 0.3);
    drum(s, 0.34, 0.6);
  },

  up: (s) => pair(s, 67, 74),
  down: (s) => pair(s, 67, 62),
  /** Down the stairs, and the gate holds. */
  nobody: (s) => {
    [62, 58, 53].forEach((midi, at) => s.note(midi, at * 0.24, 0.8, { type: "triangle", gain: 0.26 }));
    drum(s, 0.8, 0.5);
  },
  /** A held breath. */
  silence: (s) => {
    s.sweep(300, 900, 1.4, 0.1);
    s.note(45, 0, 2.2, { gain: 0.16, attack: 0.8 });
  },
  /** One bell alone in the hall, and its echo. */
  one: (s) => [0, 0.5, 1].forEach((delay, at) => {
    s.note(81, delay, 1.4, { gain: 0.34 / 2 ** at, attack: 0.004 });
    s.note(93, delay, 0.9, { gain: 0.1 / 2 ** at, attack: 0.004 });
  }),
  /** A question, left open: half a step that wants to go on. */
  dared: (s) => bells(s, [62, 69, 73], 0.22),
  /** The whole hall in one chord, from the floor up. */
  everybody: (s) => {
    bells(s, [50, 57, 62, 66, 69, 74, 78], 0.07);
    brass(s, [62, 66, 69, 74], 0.55, 1.4);
  },
  /** Three strikes, each lower: nobody stands any more. */
  out: (s) => {
    [[43, 0], [41, 0.45], [38, 0.9]].forEach(([midi = 0, delay = 0]) => {
      drum(s, delay, 0.6);
      s.note(midi, delay, 1.2, { type: "sawtooth", gain: 0.16 });
    });
    s.sweep(900, 60, 1.4, 0.2, 0.9);
  },
  /** Strikes around somebody who stays: over them a note that does not end with them. */
  last: (s) => {
    drum(s, 0, 0.5);
    drum(s, 0.4, 0.5);
    s.note(74, 0.2, 2.4, { type: "sawtooth", gain: 0.14, attack: 0.3 });
    s.note(81, 0.8, 1.8, { gain: 0.2, attack: 0.1 });
  },
  /** First as it was, then as it should be. */
  corrected: (s) => bells(s, [61, 62, 66], 0.2),
  voided: (s) => bells(s, [62, 62], 0.18),

  /** Rows on their way. */
  board: (s) => [57, 62, 64, 69, 74].forEach((midi, at) => s.note(midi, at * 0.075, 0.18, { type: "triangle", gain: 0.14, attack: 0.003 })),
  roll: (s) => roll(s, 22),
  third: (s) => gateOpens(s, [50, 62, 66]),
  second: (s) => gateOpens(s, [52, 64, 68, 71]),
  fanfare: (s) => fanfare(s, 0),
  /** Two of them: the second call answers the first from a fifth above. */
  tie: (s) => {
    fanfare(s, 0);
    for (const [start, length, notes] of FANFARE.slice(0, 5)) brass(s, notes.map((midi) => midi + 7), start + 0.8, length + 0.12, 0.1);
  },
  /** One voice, because there was one. */
  alone: (s) => FANFARE.forEach(([start, length, notes]) => s.note(notes[0] ?? 62, start, length + 0.3, { type: "triangle", gain: 0.3, attack: 0.02 })),
  empty: (s) => {
    s.note(57, 0, 0.9, { gain: 0.24 });
    s.note(64, 0.4, 1.4, { gain: 0.2 });
  },
  thanks: (s) => bells(s, [74, 69, 66, 62], 0.3),
  pass: (s) => bells(s, [69, 74, 78], 0.09),
};

/** @param {Sound} s @param {number} delay @param {number} gain */
function drum(s, delay, gain) {
  s.note(29, delay, 0.7, { gain, attack: 0.004 });
}

/** @param {Sound} s @param {number} first @param {number} then */
function pair(s, first, then) {
  s.note(first, 0, 0.45, { type: "triangle", gain: 0.3 });
  s.note(then, 0.2, 0.9, { type: "triangle", gain: 0.32 });
}

/** One after the other. @param {Sound} s @param {number[]} notes @param {number} apart */
function bells(s, notes, apart) {
  notes.forEach((midi, at) => s.note(midi, at * apart, 0.7, { gain: 0.2 }));
}

/** @param {Sound} s @param {number[]} notes @param {number} delay @param {number} length @param {number} [gain] */
function brass(s, notes, delay, length, gain = 0.15) {
  for (const midi of notes) s.note(midi, delay, length, { type: "sawtooth", gain, attack: 0.022 });
}

/** A drum that quickens its breath. @param {Sound} s @param {number} hits */
function roll(s, hits) {
  for (let hit = 0; hit < hits; hit += 1) s.note(31, hit * 0.07, 0.12, { gain: 0.1 + (0.3 * hit) / hits, attack: 0.003 });
}

/** A roll and a chord: the smaller gates. @param {Sound} s @param {number[]} notes */
function gateOpens(s, notes) {
  roll(s, 6);
  brass(s, notes, 0.45, 1.1);
}

/** @param {Sound} s @param {number} delay */
function fanfare(s, delay) {
  for (const [start, length, notes] of FANFARE) brass(s, notes, delay + start, length + 0.12, 0.16);
  s.note(38, delay + 2.2, 1.8, { gain: 0.5 });
  drum(s, delay + 2.2, 0.4);
}
