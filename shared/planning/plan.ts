/**
 * Shapes of a turn plan. Everything is integers and strings (D17); times are ms from the turn's
 * opening.
 */

/** One persona that may answer, with what is known of her speed. 0 means not measured yet. */
export interface TurnCandidate {
  readonly persona: string;
  readonly name: string;
  readonly modelId: string;
  /** The device that holds her assignment; undefined while nobody does. */
  readonly device: string | undefined;
  /** Generations that her lane runs at once. */
  readonly slots: number;
  readonly prefillMilliTokensPerS: number;
  readonly decodeMilliTokensPerS: number;
  readonly replyTokens: number;
  readonly promptTokens: number;
}

/** All that a plan may read. */
export interface TurnRequest {
  readonly roomId: string;
  /** Seq of the entry that opened the turn. */
  readonly turn: number;
  readonly text: string;
  /** Persona ids the message is addressed to; they go first. */
  readonly addressed: readonly string[];
  /** In cast order. */
  readonly candidates: readonly TurnCandidate[];
}

export interface PersonaPlan {
  readonly persona: string;
  readonly name: string;
  readonly modelId: string;
  readonly device: string;
  /** Place in line over all lanes, from 0. */
  readonly order: number;
  /** Place in line in its slot, from 0. */
  readonly wave: number;
  /** `device/model/slot`. */
  readonly lane: string;
  readonly startMs: number;
  readonly firstTextMs: number;
  readonly finishMs: number;
}

export interface TurnPlan {
  readonly turn: number;
  readonly turnKey: string;
  readonly personas: readonly PersonaPlan[];
  /** Participants without a host at the opening seq. */
  readonly withoutHost: readonly string[];
  /** Listed twice in the request; planned once. */
  readonly duplicates: readonly string[];
  /** Estimates; undefined when nobody is planned. */
  readonly firstSettledMs: number | undefined;
  readonly allSettledMs: number | undefined;
  /** False when nobody is planned: a verdict is never vacuous. */
  readonly meetsFirstBudget: boolean;
  readonly meetsAllBudget: boolean;
  /** Equal on every peer with the same prefix (D2). */
  readonly fingerprint: string;
}
