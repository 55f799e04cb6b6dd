/** The quiz's wire, as types: docs/messages.md is the law. Instants ending in _ms are the server's clock. */
import type { Words } from "../shared/contract";

export type HelpName = "fifty" | "time" | "swap";
export type Helps = Record<HelpName, number>;
export interface RoadLevel {
  n: number; title: Words; story: Words; questions: number; seconds: number; pass_mark: number; lives: number; bonus: number;
  retries: number; helps: Helps;
}
export interface Road {
  seq: number; scene: "scheduled" | "road" | "closed";
  run: { code: string; title: Words; activity: Words; joined: number; opens_at: string | null; closes_at: string | null };
  rules: {
    scoring: "road" | "speed"; dare: boolean; practice: boolean; attempts_per_day: number; streak_extra_max: number; cap_ms: number;
    version: number;
  };
  levels: RoadLevel[];
}
export interface RoadYou {
  fan: string; name: string; play: Play | null; attempts_left: number | null; again_at: string | null; streak: number; plays: number;
  best: number; total: number; passed: number; best_by_level: (number | null)[]; badges: string[];
  /** When the season opens for this fan, while that is to come. */
  opens_at?: string | null;
  /** Only in the page itself, which does not know the play: there is one. */
  under_way?: boolean;
}
export interface Question {
  kind: "single" | "multiple" | "truefalse" | "estimate"; text: Words; choices: Words[]; unit: Words; low: number | null;
  high: number | null; image_alt: Words; possible: number;
}
export interface OpenQuestion {
  n: number; question: Question; hidden: number[]; helps: HelpName[]; opened_ms: number; closes_ms: number; media: string | null;
  author?: string | null;
}
export interface Verdict {
  n: number; question: Question; media: string | null; right: boolean; late: boolean;
  key: { places: number[] | null; value: number | null; margin: number | null };
  said: { places: number[]; value: number | null } | null;
  explanation: Words; gained: number; elapsed_ms: number; raw_ms: number; network_ms: number; receipt: string | null; author?: string | null;
  /** What the challenger made of this question. */
  ghost?: { right: boolean; elapsed_ms: number; score: number; helped: boolean } | null;
}
export interface Side { score: number; right: number; asked: number; elapsed_ms: number }
export interface Challenger extends Side { name: string | null; fan: string }
export interface Duel { challenger: Challenger; own: Side | null; outcome: null | "won" | "lost" | "tied" }
export interface LevelDone { n: number; score: number; bonus: number; passed: boolean; perfect: boolean }
export interface NewBadge { badge?: string; code?: string; name: Words; why: Words }
export interface Result {
  score: number; right: number; asked: number; elapsed_ms: number; ahead: number | null;
  goal: { kind: string; missing: number; unit?: string; label?: Words | string } | null; new_badges: NewBadge[]; rank: number | null;
}
export interface Play {
  id: string; practice: boolean; state: "ready" | "asked" | "verdict" | "passed" | "failed" | "ended"; n: number; level: number;
  question: number; of: number; lives: number; combo: number; level_score: number; pass_mark: number; banked: number; won: number;
  staked: number; dared: boolean; helps: Helps; retries: number; levels: LevelDone[]; open: OpenQuestion | null;
  verdict: Verdict | null; result?: Result | null; challenge?: string | null; duel?: Duel | null;
}
export interface Snapshot { scene: Road; you?: RoadYou; now_ms: number }
export interface PlayAck { outcome?: string; error?: string; message?: string; play?: Play | null; now_ms?: number }
/** What was sent, kept until acknowledged. */
export interface Action { event: "play" | "ask" | "reply" | "help" | "decide" | "retry" | "stop"; data: ActionData }
export interface ActionData {
  play?: string; n?: number; practice?: boolean; challenge?: string; places?: number[]; value?: number; help?: HelpName; dare?: boolean;
}
