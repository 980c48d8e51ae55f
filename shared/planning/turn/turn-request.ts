/**
 * Shapes of what the turn planner reads: integers and strings of the room's state at the turn's
 * opening, and data about providers (D17). Names follow the planning study, section 2.2.
 */

/** What opened the turn. */
export interface TurnTrigger {
  readonly roomId: string;
  /** Undefined when no message opened it. */
  readonly messageId: string | undefined;
  /** As it was written; keys are made of its trimmed form. */
  readonly text: string;
  /** Room time in ms. */
  readonly timestampMs: number;
}

/** The lane a generation runs on, with what is known of its speed. 0 means not measured yet. */
export interface LaneFacts {
  /** The device that holds the assignment; undefined while nobody does. */
  readonly device: string | undefined;
  readonly model: string;
  readonly provider: string;
  /** Generations that this model runs at once there. Cloud lanes have their provider's cap. */
  readonly slots: number;
  /** The model has not run there yet: its first generation waits until it is loaded. */
  readonly isCold: boolean;
  /** Thousandths of a token a second. */
  readonly prefillMilliTokensPerS: number;
  readonly decodeMilliTokensPerS: number;
  /** Tokens read anew and written by an average generation there. */
  readonly promptTokens: number;
  readonly replyTokens: number;
}

/** One persona that takes part. Which ones do is the recipe's choice (room/recipes). */
export interface PersonaCandidate extends LaneFacts {
  readonly personaId: string;
  readonly displayName: string;
  readonly specialty: string;
  /** Tokens of the model's window, and the most she may write. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
}

/** Where a provider runs, as its host declares it; a model's name never decides that. */
export interface ProviderDeclaration {
  readonly providerId: string;
  readonly kind: "local" | "cloud";
  /** Calls at once on one key; cloud only. Undefined: the default. */
  readonly callsMax: number | undefined;
}

/** Something the personas of a turn read beside the talk, loaded once per turn. */
export interface RagSourcePolicy {
  readonly sourceName: string;
  /** One that is not shared has no part in the plan. */
  readonly sharedAcrossPersonas: boolean;
  /** Relative; 0 is neutral: it weighs like the average of the weighted ones. */
  readonly weight: number;
  /** Digest of what the source holds, where that is known: makes its content key. */
  readonly contentHash: string | undefined;
}

/** All that a plan may read. */
export interface TurnRequest {
  readonly trigger: TurnTrigger;
  /** In cast order. */
  readonly personas: readonly PersonaCandidate[];
  /** Persona ids the message is addressed to; they go first. */
  readonly addressed: readonly string[];
  /** The others follow in cast order from this place on: everyone is first in turn. */
  readonly rotation: number;
  /** Attempts of earlier turns that the lanes still owe, in their order. */
  readonly ahead: readonly LaneFacts[];
  readonly providers: readonly ProviderDeclaration[];
  readonly ragSources: readonly RagSourcePolicy[];
  /** What all shared sources may take of a prompt together. */
  readonly totalInputBudgetTokens: number;
  /** Undefined: the defaults of D11. */
  readonly firstResponseBudgetMs: number | undefined;
  readonly allResponsesBudgetMs: number | undefined;
}

/** Why nothing is planned: what the whole turn shares is wrong. */
export type TurnRefusal =
  | { readonly kind: "field-malformed"; readonly field: string }
  | { readonly kind: "item-malformed"; readonly list: RequestList; readonly index: number }
  | {
    readonly kind: "too-many";
    readonly list: RequestList;
    readonly count: number;
    readonly countMax: number;
  }
  | { readonly kind: "duplicate"; readonly list: RequestList; readonly id: string };

export type RequestList = "personas" | "addressed" | "ahead" | "providers" | "ragSources";
