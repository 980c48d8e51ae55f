/**
 * RoomState: what every peer knows after folding the same log.
 *
 * Owns the shapes. `fold.ts` is the only maker. Everything is integers, strings and booleans, so
 * that two peers with the same prefix have the same bytes (D1, D17).
 */

import type { RoomMs } from "../base/brands.ts";
import type {
  AnnouncedLane,
  AttemptTimes,
  Card,
  ChosenReason,
  LeftOutReason,
  ModelRequirement,
  Recipe,
  RoomClosed,
  SaidImage,
  SettleOutcome,
  UsageRecord,
} from "../protocol/events.ts";

export interface DeviceState {
  readonly id: string;
  readonly name: string;
  readonly signKey?: string | undefined;
  readonly sealKey?: string | undefined;
  /** Undefined before an announcement and after `left`. */
  readonly announced?: {
    readonly lanes: readonly AnnouncedLane[];
    readonly hostsForOthers: boolean;
  };
  /** Known by name for what it said before; none of this room's people (RM61). */
  readonly gone?: true | undefined;
  /** When the orderer last said that it left. */
  readonly leftSeq?: number | undefined;
}

export interface PersonaState {
  readonly id: string;
  /** The device that added her; only it may change card, requirement and hosts (D37). */
  readonly owner: string;
  readonly card: Card;
  readonly requirement: ModelRequirement;
  readonly hosts: "any" | readonly string[];
  readonly removed: boolean;
  /** The holder and the fencing token; undefined while nobody hosts her. */
  readonly assignment?: { readonly device: string; readonly seq: number } | undefined;
  /** The place from which on she waits to be asked: her newest turn, else where she joined. */
  readonly waitingSince?: number | undefined;
  /** How often in a row a director chose somebody else. */
  readonly passedOver?: number | undefined;
}

/** The room's line of talk: messages of people and the shown settlements of personas. */
export interface Message {
  /**
   * Seq of the `say`; for a persona's line the seq of its first settlement (stable across
   * attempts).
   */
  readonly seq: number;
  readonly at: RoomMs;
  readonly kind: "person" | "persona";
  /** Device of a person, or persona id. */
  readonly author: string;
  readonly text: string;
  readonly addressed: readonly string[];
  readonly replyTo?: number | undefined;
  readonly edited: boolean;
  /** Set by a rewind: kept, collapsed, out of every prompt. */
  readonly aside: boolean;
  /** The rewind that set it aside, where that can be taken back (RM65). */
  readonly asideBy?: number | undefined;
  /** The turn that this message opened (person), or in which it was said (persona). */
  readonly turn: number;
  /** For a persona's line: half text kept after a stop. */
  readonly stopped: boolean;
  /** Where its present text was said, if that is behind `seq`; kept while `presence` is. */
  readonly heardSeq?: number | undefined;
  /** Absent for most. */
  readonly images?: readonly MessageImage[] | undefined;
}

/** A message that is pinned for everybody. */
export interface PinState {
  /** The message. */
  readonly of: number;
  /** The entry that pinned it. */
  readonly seq: number;
  /** Who pinned it. */
  readonly device: string;
  readonly kind: "person" | "persona";
  readonly author: string;
  /** The message's first words, for whom the message itself is not at hand. */
  readonly text: string;
}

/** A stay of one persona in the cast. */
export interface PresenceSpan {
  readonly persona: string;
  /** Undefined: she has heard everything before, too. */
  readonly from?: number | undefined;
  /** The entry that removed her; undefined while she is there. */
  readonly until?: number | undefined;
}

export interface MessageImage extends SaidImage {
  /**
   * Where its bytes were offered by the message's author; undefined where they were not, and in
   * what a room has from before its log.
   */
  readonly seq?: number | undefined;
}

/** An entry that holds, as its device says, an image of this hash. */
export interface BlobState {
  readonly sha256: string;
  readonly device: string;
  readonly seq: number;
}

export interface AttemptState {
  readonly persona: string;
  readonly attempt: number;
  /** Stopped is derived from a `stop` event; its text, if any, comes from `partial`. */
  readonly outcome: SettleOutcome | { readonly kind: "stopped"; readonly text: string };
  readonly settledSeq: number;
  readonly settledAt: RoomMs;
  /** The host that answered; undefined for outcomes the fold derived. */
  readonly device?: string | undefined;
  readonly assign?: number | undefined;
  readonly modelId?: string | undefined;
  readonly lane?: string | undefined;
  readonly usage?: UsageRecord | undefined;
  readonly times?: AttemptTimes | undefined;
  readonly fingerprint?: string | undefined;
  readonly seenSeq?: number | undefined;
}

/** One persona's part in a turn. */
export interface TurnEntry {
  readonly persona: string;
  /** The attempt that is open or was the last; grows by `again`. */
  readonly attempt: number;
  /** When the current attempt opened: its age decides staleness (D25). */
  readonly openedAt: RoomMs;
  /** Undefined while the current attempt is unsettled. */
  readonly settled?: AttemptState | undefined;
  /** Every settled attempt, oldest first. */
  readonly attempts: readonly AttemptState[];
  /** The attempt shown: by `pick`, else the newest that replied. */
  readonly picked?: number | undefined;
}

export interface TurnState {
  /** Seq of the entry that opened it. */
  readonly turn: number;
  readonly openedAt: RoomMs;
  /** True when a person's message opened it. */
  readonly human: boolean;
  /** 0 for a person's turn, 1 for its first follow-up, at most the recipe's `followUpsMax`. */
  readonly depth: number;
  /** The person's turn that this one follows from; itself for a person's turn. */
  readonly root: number;
  /** Whom the director may choose; undefined in a turn where personas speak. */
  readonly vote?: readonly string[] | undefined;
  /** Steps of a debate before this one in a row to which nobody replied. */
  readonly quietSteps?: number | undefined;
  /** What the plan was made of, frozen at the opening seq (D18). */
  readonly planInput: PlanInput;
  readonly entries: readonly TurnEntry[];
  /** When its first attempts were all settled; stays when `again` opens another. */
  readonly settledAt?: RoomMs | undefined;
  readonly settledSeq?: number | undefined;
}

/** Integers and strings of the state at the opening seq: all that a plan may read (D17). */
export interface PlanInput {
  readonly roomId: string;
  readonly turn: number;
  readonly text: string;
  readonly addressed: readonly string[];
  /** Personas whose replies this follow-up answers; empty for a person's turn. */
  readonly speakers: readonly string[];
  readonly recipe: Recipe;
  /** Who takes part, in cast order, and why. */
  readonly cast: readonly PlanPersona[];
  /** The rest of the cast. */
  readonly leftOut?: readonly { readonly id: string; readonly because: LeftOutReason }[];
  /** Unsettled attempts of earlier turns that this turn does not replace. */
  readonly ahead?: readonly PlanLane[];
}

export interface PlanPersona extends PlanLane {
  readonly id: string;
  readonly name: string;
  readonly specialty?: string | undefined;
  readonly because?: ChosenReason | undefined;
}

/** The lane a persona runs on, as it was announced, with what was measured there. */
export interface PlanLane {
  readonly modelId: string;
  /** Device that holds the assignment; undefined while nobody does. */
  readonly device?: string | undefined;
  /** The engine, with its declared place. */
  readonly provider?: string | undefined;
  readonly locality?: "local" | "cloud" | undefined;
  /** The model has not run there yet. */
  readonly isCold?: boolean | undefined;
  readonly contextTokens?: number | undefined;
  readonly replyTokensMax?: number | undefined;
  /** Slots of the lane she runs on; 1 when not announced. */
  readonly slots: number;
  /** Averages of past settlements of that (device, model), in thousandths of a token a second. */
  readonly prefillMilliTokensPerS: number;
  readonly decodeMilliTokensPerS: number;
  /** Average of her recent replies in tokens. */
  readonly replyTokens: number;
  readonly promptTokens: number;
}

/** Average speed of one model on one device, from usage in settlements. */
export interface SpeedState {
  readonly device: string;
  readonly modelId: string;
  readonly samples: number;
  readonly prefillMilliTokensPerS: number;
  readonly decodeMilliTokensPerS: number;
  readonly replyTokens: number;
  readonly promptTokens: number;
}

/** What of a room is not at hand (recent-state.ts). */
export interface EarlierTalk {
  /** Messages older than the first at hand. */
  readonly messages: number;
  /** An entry was folded that needed one of them, or its turn: the state is not to be used. */
  readonly isMissed: boolean;
}

export interface RoomState {
  readonly head: number;
  /** Room time of the head (D19). */
  readonly at: RoomMs;
  readonly roomId: string;
  readonly name: string;
  readonly rules: number;
  /** Why this client may only read: a higher rules number or an unknown event (D38). */
  readonly readerOnly?: "rules-newer" | "event-unknown" | undefined;
  readonly recipe: Recipe;
  readonly devices: ReadonlyMap<string, DeviceState>;
  readonly personas: ReadonlyMap<string, PersonaState>;
  readonly messages: readonly Message[];
  readonly turns: ReadonlyMap<number, TurnState>;
  /** Absent where all messages and turns are at hand. */
  readonly earlier?: EarlierTalk | undefined;
  /** Turns with an unsettled entry, oldest first. */
  readonly openTurns: readonly number[];
  readonly speeds: ReadonlyMap<string, SpeedState>;
  /** Pooled: the round that runs, and the turn that began it. */
  readonly pool?: { readonly round: number; readonly since: number } | undefined;
  /** The newest offers of images, oldest first, each device's last one of a hash. */
  readonly blobs: readonly BlobState[];
  /** Where the room went on; what was ordered after it changed nothing (RM58). */
  readonly closed?: ClosedState | undefined;
  /** The newest checkpoints that writers offered (D31), oldest first, at most two. */
  readonly checkpoints: readonly CheckpointState[];
  /**
   * The device that vouches for what was here before this log: it made the genesis (D30), or the
   * checkpoint that this device began behind (D31).
   */
  readonly importedBy?: string | undefined;
  /** In the order in which they were pinned; absent where nothing is (RM63). */
  readonly pins?: readonly PinState[];
  /** Who was there when; undefined where everybody knows everything (RM40). */
  readonly presence?: readonly PresenceSpan[];
  /** Entries that were refused by a rule, newest last, bounded; shown in the log view. */
  readonly ignored: readonly { readonly seq: number; readonly reason: string }[];
}

export interface ClosedState extends Omit<RoomClosed, "kind"> {
  readonly seq: number;
  /** Who moved it. */
  readonly device: string;
}

export interface CheckpointState {
  readonly seq: number;
  readonly covers: number;
  readonly stateHash: string;
  /** Who offered it. */
  readonly device: string;
  /** Devices that folded something else of the same entries. */
  readonly disputedBy: readonly string[];
}
