/**
 * The sounds of the hall, made here out of oscillators and noise: no file to load, no licence to ask for.
 *
 * Browsers allow sound only after a gesture, so one click enables it and M mutes. Every voice ends by itself; nothing
 * here knows the show (cues.js decides when).
 */

/** @typedef {import("./cues.js").Cue} Cue */

/** Equal temperament, A4 = 440 Hz. @param {number} midi */
const hertz = (midi) => 440 * 2 ** ((midi - 69) / 12);

/**
 * The podium's fanfare, 4 s: [start in s, length in s, notes]. Two calls, a lift by a fourth, an open final chord.
 * @type {[number, number, number[]][]}
 */
const FANFARE = [
  [0, 0.16, [62]], [0.2, 0.16, [62]], [0.4, 0.34, [69, 62]], [0.8, 0.16, [67]], [1.0, 0.34, [71, 67]],
  [1.4, 0.16, [69]], [1.6, 0.5, [74, 69, 62]], [2.2, 1.8, [78, 74, 69, 62, 50]],
];

const LOUD = 0.7;

export class Sound {
  /** @param {{muted?: boolean}} [begin] muted from the beginning: the theme asks for silence, M brings the sound */
  constructor({ muted = false } = {}) {
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {GainNode | null} */
    this.out = null;
    this.muted = muted;
    this.nextBeat = 0;
  }

  get on() {
    return this.context !== null && this.context.state === "running" && !this.muted;
  }

  /** Must be called from a click or a key. */
  enable() {
    if (this.context === null) {
      const context = new AudioContext();
      const limiter = new DynamicsCompressorNode(context, { threshold: -14, ratio: 8 });
      this.out = new GainNode(context, { gain: this.muted ? 0 : LOUD });
      this.out.connect(limiter).connect(context.destination);
      this.context = context;
    }
    void this.context.resume();
  }

  toggle() {
    this.muted = this.context === null ? false : !this.muted;
    this.enable();
    if (this.out) this.out.gain.value = this.muted ? 0 : LOUD;
  }

  /**
   * One note: a sawtooth through a closing filter sounds like soft brass, a sine like a bell.
   * @param {number} midi @param {number} delay @param {number} length
   * @param {{type?: OscillatorType, gain?: number, attack?: number}} [voice]
   */
  note(midi, delay, length, { type = "sine", gain = 0.3, attack = 0.012 } = {}) {
    const { context, out } = this;
    if (!context || !out) return;
    const start = context.currentTime + delay;
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(0, start);
    level.gain.linearRampToValueAtTime(gain, start + attack);
    level.gain.exponentialRampToValueAtTime(0.0005, start + length);
    const filter = new BiquadFilterNode(context, { type: "lowpass", frequency: 400 });
    filter.frequency.setValueAtTime(hertz(midi) * 6, start);
    filter.frequency.exponentialRampToValueAtTime(hertz(midi) * 1.6, start + length);
    const voice = new OscillatorNode(context, { type, frequency: hertz(midi) });
    voice.connect(filter).connect(level).connect(out);
    voice.start(start);
    voice.stop(start + length + 0.05);
  }

  /**
   * A breath of noise sweeping between two frequencies: leaves of a gate on their way.
   * @param {number} from @param {number} to @param {number} length @param {number} gain
   */
  sweep(from, to, length, gain) {
    const { context, out } = this;
    if (!context || !out) return;
    const start = context.currentTime;
    const buffer = context.createBuffer(1, Math.ceil(context.sampleRate * length), context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) samples[i] = Math.random() * 2 - 1;
    const filter = new BiquadFilterNode(context, { type: "bandpass", Q: 1.2, frequency: from });
    filter.frequency.exponentialRampToValueAtTime(to, start + length);
    const level = new GainNode(context, { gain });
    level.gain.exponentialRampToValueAtTime(0.001, start + length);
    const noise = new AudioBufferSourceNode(context, { buffer });
    noise.connect(filter).connect(level).connect(out);
    noise.start(start);
  }

  /** @param {Cue} cue */
  play(cue) {
    if (this.on) CUES[cue](this);
  }

  /**
   * The lobby's low pulse; call often, it beats when its time has come.
   * @param {number} beatsPerMinute
   */
  pulse(beatsPerMinute) {
    if (!this.on || !this.context || this.context.currentTime < this.nextBeat) return;
    this.nextBeat = this.context.currentTime + 60 / beatsPerMinute;
    this.note(33, 0, 0.34, { gain: 0.5 });
    this.note(45, 0, 0.16, { gain: 0.12 });
  }
}

/** @type {Record<Cue, (sound: Sound) => void>} */
const CUES = {
  open: (s) => {
    s.sweep(220, 2400, 0.5, 0.22);
    s.note(62, 0.05, 0.5, { gain: 0.22 });
    s.note(69, 0.12, 0.6, { gain: 0.2 });
  },
  tick: (s) => {
    s.note(86, 0, 0.07, { type: "triangle", gain: 0.3, attack: 0.002 });
  },
  gate: (s) => {
    s.sweep(1800, 90, 0.55, 0.3);
    s.note(29, 0.34, 0.7, { gain: 0.6, attack: 0.004 });
  },
  up: (s) => {
    s.note(67, 0, 0.45, { type: "triangle", gain: 0.3 });
    s.note(74, 0.2, 0.9, { type: "triangle", gain: 0.34 });
  },
  down: (s) => {
    s.note(67, 0, 0.45, { type: "triangle", gain: 0.3 });
    s.note(62, 0.2, 0.9, { type: "triangle", gain: 0.3 });
  },
  nobody: (s) => {
    [62, 58, 53].forEach((midi, index) => s.note(midi, index * 0.24, 0.8, { type: "triangle", gain: 0.26 }));
  },
  third: (s) => chord(s, [50, 62, 66]),
  second: (s) => chord(s, [52, 64, 68, 71]),
  fanfare: (s) => {
    for (const [start, length, notes] of FANFARE) {
      for (const midi of notes) s.note(midi, start, length + 0.12, { type: "sawtooth", gain: 0.16, attack: 0.025 });
    }
    s.note(38, 2.2, 1.8, { gain: 0.5 });
  },
  empty: (s) => {
    s.note(57, 0, 0.9, { gain: 0.24 });
    s.note(64, 0.4, 1.4, { gain: 0.2 });
  },
};

/** A roll and a chord: the smaller gates. @param {Sound} sound @param {number[]} notes */
function chord(sound, notes) {
  for (let hit = 0; hit < 6; hit += 1) sound.note(31, hit * 0.07, 0.12, { gain: 0.12 + hit * 0.05, attack: 0.003 });
  for (const midi of notes) sound.note(midi, 0.45, 1.1, { type: "sawtooth", gain: 0.15, attack: 0.02 });
}
