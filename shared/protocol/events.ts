/**
 * The events of a room's log: all that peers must agree on.
 *
 * Owns the types. `decode-event.ts` makes them from unknown data; `room/` says what they mean.
 */

/**
 * 2: recipes beyond panel and addressed, and votes. 3: personas that know what they heard, and
 * images in messages. 4: rooms that left somebody behind. 5: pins, and rewinds that can be taken
 * back.
 */
export const RULES_NUMBER = 5;

/** What a room begins with: what needs more raises it (D38). */
export const RULES_AT_FIRST = 2;
/** What a room needs for images (RM46). */
export const IMAGE_RULES_MIN = 3;

/** What a room needs that knows of people who are gone (RM61). */
export const GONE_RULES_MIN = 4;

/** What a room needs for pins (RM63), and for rewinds that can be taken back (RM65). */
export const PIN_RULES_MIN = 5;

/** The orderer as an author: the one that may write `left`. */
export const SEQUENCER = "sequencer";

/** A persona's character. Text fields are shown to the model, so they are bounded (limits.ts). */
export interface Card {
  readonly name: string;
  /** Who she is in a few words; shown under the name and in every prompt. */
  readonly gist: string;
  /** The long description; may be empty. */
  readonly description: string;
  /** First line in a new room; may be empty. */
  readonly greeting: string;
  /** Hue of the persona's colour in degrees, 0 to 359. */
  readonly hue: number;
  /** What she knows when the talk comes to it; absent for most. */
  readonly lore?: CardLore | undefined;
}

/** A lorebook as far as prompts need it; what else its file holds stays with the file (D41). */
export interface CardLore {
  /** How many of the newest lines are searched for keys; 0 leaves the constant entries. */
  readonly scanLines: number;
  /** What it may take of a prompt. */
  readonly tokensMax: number;
  /** Entries in the prompt are searched for keys of others. */
  readonly isRecursive: boolean;
  readonly entries: readonly LoreEntry[];
}

export interface LoreEntry {
  readonly keys: readonly string[];
  /** Unless empty, one of these must be found too. */
  readonly keysToo: readonly string[];
  /** Always in the prompt. */
  readonly isConstant: boolean;
  /** Keys are patterns (personas/lore/pattern.ts). */
  readonly isPattern: boolean;
  readonly isCaseSensitive: boolean;
  readonly isWholeWord: boolean;
  /** Lower stands earlier in the prompt. */
  readonly order: number;
  /** Lower is left out earlier. */
  readonly priority: number;
  readonly text: string;
}

/** What a persona needs from a model. `modelId` undefined: any text model, the starter included. */
export interface ModelRequirement {
  readonly modelId?: string | undefined;
  readonly contextTokensMin: number;
}

/** Who answers; what each kind means is data in room/recipes. */
export const recipeKinds = [
  "panel",
  "addressed",
  "round-robin",
  "pooled",
  "debate",
  "director",
] as const;
export type RecipeKind = (typeof recipeKinds)[number];

export interface Recipe {
  readonly kind: RecipeKind;
  /** Follow-up turns after a person's message (D21); 0 to 4. A debate has `rounds` instead. */
  readonly followUpsMax: number;
  /** Round-robin and pooled: how many answer a message; 1 when absent. */
  readonly speakersPerTurn?: number | undefined;
  /** Debate: how often each debater speaks after a message; 2 when absent. */
  readonly rounds?: number | undefined;
  /** Director: the persona who chooses the next speaker. */
  readonly director?: string | undefined;
}

/** Why a persona takes part in a turn. */
export const chosenReasons = [
  /** Panel: everybody. */
  "everybody",
  /** The message names her. */
  "named",
  /** Addressed, and nobody was named. */
  "first-of-cast",
  /** She has waited the longest. */
  "longest-waiting",
  /** She is next in this round's drawn order. */
  "drawn",
  /** A debate's next step. */
  "debate-step",
  /** She directs: she chooses who speaks. */
  "directs",
  /** The director chose her. */
  "voted",
  /** The director passed her over so often that it is her turn. */
  "overdue",
  /** Nobody else could answer. */
  "only-one",
  /** The director could not choose; she has waited the longest. */
  "no-vote",
  /** Somebody else spoke (D21). */
  "follow-up",
] as const;
export type ChosenReason = (typeof chosenReasons)[number];

/** Why a persona of the cast does not. */
export const leftOutReasons = [
  "not-named",
  "not-her-turn",
  /** She has spoken in this round. */
  "drawn-before",
  "not-voted",
  /** The director is choosing. */
  "vote-first",
  /** Only she herself had spoken. */
  "spoke-alone",
  "no-host",
  "no-debater",
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** What a message says of one of its images; the bytes are in a `blob` of that hash. */
export interface SaidImage {
  /** SHA-256 of the bytes, lower-case hex. */
  readonly sha256: string;
  /** The one kind that every browser writes and every engine reads. */
  readonly mimeType: "image/jpeg";
  readonly bytes: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** What it shows, in its author's words; may be empty. */
  readonly alt: string;
}

export interface AnnouncedLane {
  /**
   * What answers: one of our engines by name, or the host of an address behind which others' does.
   */
  readonly engine: string;
  readonly modelId: string;
  /** `unknown` until the model has run here: lanes are declared by measurement. */
  readonly lane: "webgpu" | "webgpu-software" | "cpu" | "unknown";
  readonly contextTokens: number;
  readonly slots: number;
  /** The most tokens of one reply there. */
  readonly replyTokensMax?: number | undefined;
  /**
   * Where the engine runs, for engines that the core does not know; unknown ones are cloud. With
   * `cloud`, what is read there leaves the room for `engine` (HO180).
   */
  readonly locality?: "local" | "cloud" | undefined;
  /** True where its model takes images. */
  readonly seesImages?: true | undefined;
}

export interface UsageRecord {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** Times of one attempt in ms after the host saw its turn open. */
export interface AttemptTimes {
  readonly queuedMs: number;
  readonly firstTextMs: number;
  readonly finishedMs: number;
}

export type SettleOutcome =
  | { readonly kind: "replied"; readonly text: string; readonly finish: "stop" | "length" }
  | { readonly kind: "silent" }
  | { readonly kind: "failed"; readonly reason: FailedReason; readonly detail: string }
  | {
    readonly kind: "deferred";
    readonly reason: DeferredReason;
    readonly into?: number | undefined;
  }
  /** A director's choice (D18); valid only in a turn that asks for a vote. */
  | { readonly kind: "voted"; readonly speaker: string };

export type FailedReason =
  | "engine"
  | "deadline"
  | "attempts"
  | "empty"
  | "prompt-too-long"
  | "model";
export type DeferredReason = "merged" | "outranked" | "stale" | "no-host";

export type StopScope =
  | { readonly kind: "all" }
  | { readonly kind: "turn"; readonly turn: number }
  | { readonly kind: "persona"; readonly turn: number; readonly persona: string };

export interface RoomClosed {
  readonly kind: "closed";
  /** Id of the room that it goes on as. */
  readonly to: string;
  /** That room begins with the state behind this seq. */
  readonly covers: number;
  /** X25519 public key that was made for this event alone, base64url. */
  readonly sealKey: string;
  /** One for each device that goes along (crypto/move-boxes.ts). */
  readonly boxes: readonly MoveBox[];
}

/** The new room's secret, for one device to open. */
export interface MoveBox {
  readonly device: string;
  /** 32 bytes and their tag, base64url. */
  readonly sealed: string;
}

export type RoomEvent =
  | {
    readonly kind: "genesis";
    readonly rules: number;
    readonly roomId: string;
    readonly name: string;
    readonly recipe: Recipe;
    /**
     * Canonical RoomState of an earlier room (branch, share, rotation); undefined for a new room.
     */
    readonly checkpoint?: unknown;
  }
  | {
    readonly kind: "device";
    readonly name: string;
    readonly signKey?: string | undefined;
    readonly sealKey?: string | undefined;
  }
  | {
    readonly kind: "announce";
    readonly lanes: readonly AnnouncedLane[];
    readonly hostsForOthers: boolean;
  }
  | { readonly kind: "left"; readonly device: string }
  | {
    readonly kind: "persona";
    readonly persona: string;
    readonly card: Card;
    readonly requirement: ModelRequirement;
    readonly hosts: "any" | readonly string[];
    readonly removed: boolean;
  }
  | { readonly kind: "assign"; readonly persona: string }
  | {
    readonly kind: "release";
    readonly persona: string;
    readonly assign: number;
    readonly reason: string;
  }
  | {
    readonly kind: "say";
    /** May be empty beside images. */
    readonly text: string;
    readonly addressed: readonly string[];
    readonly replyTo?: number | undefined;
    /** Their blobs come before it. */
    readonly images?: readonly SaidImage[] | undefined;
  }
  /** An image's bytes, once for all messages that show it (D41). */
  | {
    readonly kind: "blob";
    /** Of the bytes; who reads them checks it (RM50). */
    readonly sha256: string;
    /** Base64url. */
    readonly data: string;
  }
  | {
    readonly kind: "settle";
    readonly turn: number;
    readonly persona: string;
    readonly attempt: number;
    readonly assign: number;
    readonly outcome: SettleOutcome;
    readonly usage?: UsageRecord | undefined;
    readonly times?: AttemptTimes | undefined;
    readonly modelId?: string | undefined;
    readonly lane?: string | undefined;
    /** Head of the log when the prompt was made. */
    readonly seenSeq: number;
    readonly fingerprint: string;
  }
  | {
    readonly kind: "partial";
    readonly turn: number;
    readonly persona: string;
    readonly attempt: number;
    readonly assign: number;
    readonly text: string;
  }
  | { readonly kind: "stop"; readonly scope: StopScope }
  | { readonly kind: "again"; readonly turn: number; readonly persona: string }
  | {
    readonly kind: "pick";
    readonly turn: number;
    readonly persona: string;
    readonly attempt: number;
  }
  | { readonly kind: "edit"; readonly of: number; readonly text: string }
  /** Sets everything after `to` aside; a no-op unless the newest visible message is `expect`. */
  | { readonly kind: "rewind"; readonly to: number; readonly expect: number }
  /** Takes the rewind at this seq back, while nothing was said behind it. */
  | { readonly kind: "restore"; readonly rewind: number }
  /** Pins a message for everybody, or takes the pin away. */
  | { readonly kind: "pin"; readonly of: number; readonly pinned: boolean }
  | { readonly kind: "recipe"; readonly recipe: Recipe }
  /** `present`: prompts of a persona have only what was said while she was in the cast. */
  | { readonly kind: "knowledge"; readonly scope: "everyone" | "present" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "rules"; readonly rules: number }
  /** A writer's state of the room, for those who join when the log before it is trimmed (D31). */
  | {
    readonly kind: "checkpoint";
    /** The seq that `state` is behind. */
    readonly covers: number;
    /** Hash of `state`. */
    readonly stateHash: string;
    /** The folded room there as text, with the newest messages. */
    readonly state: string;
    /** The opener there as text: devices' keys and replay counters. */
    readonly opener: string;
  }
  /** The checkpoint at `seq` is not what this device folded of the same entries. */
  | { readonly kind: "dispute"; readonly checkpoint: number; readonly stateHash: string }
  /** The room goes on as another one, with a new secret (D32). */
  | RoomClosed
  /**
   * Made by opening, never by an author: a piece of an event that did not fit one entry, and an
   * entry that breaks a rule of the envelope. Both keep a shared log's seqs without gaps.
   */
  | { readonly kind: "part" }
  | { readonly kind: "refused"; readonly reason: string };

export type RoomEventKind = RoomEvent["kind"];
