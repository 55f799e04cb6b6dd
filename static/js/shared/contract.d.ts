/** The wire, as types: docs/messages.md is the law, this is its shadow for tsc. Instants in ms of the server's clock. */

export type Words = { zh: string; en: string };
export type SceneName =
  | "scheduled" | "lobby" | "reading" | "open" | "closed" | "reveal" | "board" | "podium" | "final" | "cancelled";
export type Kind = "single" | "multiple" | "truefalse" | "estimate" | "buzzer";
/** A number stands for a name while names are hidden. */
export type Name = string | number;
export type Changed = "corrected" | "voided";

export interface RunNow {
  code: string; title: Words; activity: Words; rule: string; streak?: boolean; lives?: number; rounds: number; rehearsal: boolean;
  starts_at: string | null; cap_ms: number; joined: number; nameless?: boolean;
  /** A cohort's run: its fans watch over a stream, so much later. */
  stream?: { name: string; delay_ms: number } | null;
}
export interface RoundNow {
  id: string; n: number; warm_up?: boolean; of: number; kind: Kind; text: Words; possible: number; seconds: number;
  rule: "speed" | "flat" | "first_n" | "survival"; first_n: number | null; sealed: boolean; last: boolean;
  opens_ms: number | null; closes_ms: number | null; reading_until_ms: number | null;
  choices?: Words[] | null; unit?: Words | null; low?: number | null; high?: number | null;
  image?: string | null; image_alt?: Words | null; waiting?: "settling" | "key" | "reveal" | null;
}
/** A press among the first; `right`: how what was said is marked. */
export interface BuzzRow { fan: string; name: Name; rank: number; elapsed_ms: number; right: boolean | null }
/** `speaks`: whose turn it is. */
export interface Buzz { rows: BuzzRow[]; speaks: string | null }
/** `lanes[place][bin]`: answers; bins of equal length up to `until_ms`. */
export interface Race { until_ms: number; lanes: number[][] }
export interface Reveal {
  version: number; after?: { round: string; version: number } | null;
  places: number[]; value: number | null; margin: number | null; explanation: Words;
  counts: number[]; answered: number; right: number; silent: number;
  fastest: { name: Name; elapsed_ms: number } | null;
  cut?: { elapsed_ms: number; drawn: boolean } | null; pot?: { share: number; fallen: boolean } | null;
  changed: { kind: Changed; places: number[]; value: number | null } | null; race?: Race | null;
  /** In the scene reveal alone: when every phone pulses. */
  light_ms?: number | null;
}
export interface BoardRow {
  fan: string; name: Name; rank: number; before: number | null; score: number; gained: number; out: boolean;
}
/** survival: right answers given for fun since the fan was out. */
export interface FallenRow { fan: string; name: Name; rank: number; score: number; elapsed_ms: number }
export interface OwnFallen { score: number; rank: number | null }
export interface Board {
  after?: { round: string; version: number }; fallen?: { of: number; top: FallenRow[] } | null;
  of: number; top: BoardRow[]; histogram: [number, number][]; survivors: number | null; changed: { kind: Changed; n: number } | null;
}
export interface PodiumRow { rank: number; fan: string; name: Name; score: number; elapsed_ms: number }
export interface Scene {
  seq: number; scene: SceneName; run: RunNow; round: RoundNow | null; reveal: Reveal | null; board: Board | null;
  brand?: boolean; pause?: { left_ms: number | null; until_ms: number | null } | null; buzz?: Buzz | null;
  /** Public id → the badge worn beside the name, of rows of board and podium. */
  badges?: Record<string, string>;
  podium: { step: number; rows: PodiumRow[] } | null; final: { awards: boolean; version?: number; rate: number; seed?: string } | null;
}
export interface Tick { seq: number; joined: number; connected: number; answered: number; names?: Name[]; badges?: Record<string, string>; buzz?: Buzz | null }
export interface Answered {
  round: string; places: number[] | null; value: number | null; elapsed_ms: number; receipt: string;
  /** Set by the page: another answer may be the stored one, a snapshot will tell. */
  unsure?: boolean;
}
export interface You {
  fan: string; name: string; seed: number; score: number; out: boolean; lives: number | null; streak: number;
  fallen?: OwnFallen | null; answered: Answered | null;
  /** The settlement these totals stand after (round null: before the first); null: not judged there. */
  stands?: { round: string | null; version: number } | null;
}
export interface Snapshot {
  scene: Scene; you?: You; now_ms: number; join_url?: string; qr?: string;
}
export type Outcome =
  | "recorded" | "duplicate" | "too_late" | "not_open" | "paused" | "unknown_choice" | "bad_input" | "not_playing" | "busy" | "early" | "locked";
export interface AnswerAck {
  outcome?: Outcome; error?: string; message?: string;
  elapsed_ms?: number; raw_ms?: number; network_ms?: number; receipt?: string;
}
/** What was sent, kept until acknowledged. */
export interface Answer { round: string; places?: number[]; value?: number; tap_ms?: number }
export interface Standing {
  round: string | null; version: number; judged?: boolean; right: boolean | null; answered: boolean; gained: number; bonus: number;
  score: number; rank: number; of: number; streak: number; out: boolean; lives: number | null; fallen?: OwnFallen | null;
  raw_ms: number | null; network_ms: number | null; elapsed_ms: number | null; round_rank: number | null;
  receipt: string | null; flagged: boolean; share: number;
}
export interface Badge { code: string; name: Words; why: Words }
/** The code is this fan's alone. */
export interface WonPrize { name: Words; code: string; redeemed: boolean; of: Words }
export interface Awards { points: number; balance: number; badges: Badge[]; rank: number | null; of: number; score: number; prizes: WonPrize[]; card: string }
