/**
 * The instruments of the hall, made out of oscillators and noise: no file to load, no licence to ask for.
 *
 * Browsers allow sound only after a gesture, so one click enables it and M mutes. Every voice ends by itself; nothing
 * here knows the show: cues.js decides when, score.js what is played then.
 */

import { score } from "./score.js";

/** @typedef {import("./cues.js").Cue} Cue */

/** Equal temperament, A4 = 440 Hz. @param {number} midi */
const hertz = (midi) => 440 * 2 ** ((midi - 69) / 12);

const LOUD = 0.7;

/** Five notes that sound well in any order, through two octaves and back. @param {number} nth */
export function noteOf(nth) {
  const steps = [0, 2, 4, 7, 9, 12, 14, 16, 19, 21];
  const at = nth % (2 * steps.length - 2);
  return 69 + (steps[Math.min(at, 2 * steps.length - 2 - at)] ?? 0);
}

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
   * @param {number} from @param {number} to @param {number} length @param {number} gain @param {number} [delay]
   */
  sweep(from, to, length, gain, delay = 0) {
    const { context, out } = this;
    if (!context || !out) return;
    const start = context.currentTime + delay;
    const buffer = context.createBuffer(1, Math.ceil(context.sampleRate * length), context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) samples[i] = Math.random() * 2 - 1;
    const filter = new BiquadFilterNode(context, { type: "bandpass", Q: 1.2, frequency: from });
    filter.frequency.exponentialRampToValueAtTime(to, start + length);
    const level = new GainNode(context, { gain });
    level.gain.setValueAtTime(gain, start);
    level.gain.exponentialRampToValueAtTime(0.001, start + length);
    const noise = new AudioBufferSourceNode(context, { buffer });
    noise.connect(filter).connect(level).connect(out);
    noise.start(start);
  }

  /** @param {Cue} cue */
  play(cue) {
    if (this.on) score[cue](this);
  }

  /** Somebody came in: the next note of the lobby's tune. @param {number} nth how many are in @param {number} delay s */
  join(nth, delay) {
    if (this.on) this.note(noteOf(nth), delay, 0.3, { type: "triangle", gain: 0.16, attack: 0.003 });
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
