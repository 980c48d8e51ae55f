/**
 * What the screens see of this device's peer: one snapshot to read, commands to send.
 *
 * Owns the shapes only. `create-client.ts` makes the real one; screens hold no business rule.
 * In the leader tab the peer runs here; in any other tab the same interface mirrors it (D29).
 */

import type { ReadonlySignal } from "@preact/signals";
import type { Result } from "#shared/base/mod.ts";
import type {
  DeviceFacts,
  EngineError,
  Fit,
  FitReason,
  Lane,
  LoadProgress,
  ModelProfile,
} from "#shared/inference/mod.ts";
import type { AttemptWait, ImageError, SavedRoom, ServiceStatus } from "#shared/hosting/mod.ts";
import type { TurnPlan } from "#shared/planning/mod.ts";
import type { AppendError, StorageError } from "#shared/ports/mod.ts";
import type { Card, ModelRequirement, Recipe, SaidImage, StopScope } from "#shared/protocol/mod.ts";
import type { MessageImage, RoomState } from "#shared/room/mod.ts";
import type { SessionReply, SessionRequest } from "#shared/session/mod.ts";
import type { LinkPhase } from "#shared/sync/mod.ts";
import type { TurnResult } from "#shared/turns/mod.ts";
import type { WaitingAsk } from "#shared/hosting/mod.ts";
import type { ImageDraft } from "../adapters/idb-image-drafts.ts";
import type { AttachError } from "./images/image-commands.ts";
import type { EndpointCheck } from "./endpoints/check-endpoint.ts";
import type { EndpointDraft, EndpointRefused, EndpointView } from "./endpoints/endpoint.ts";
import type { DownloadStatus } from "./downloads/download-status.ts";
import type { ModelPast } from "./downloads/model-history.ts";
import type { SessionWatch } from "./sessions/session-view.ts";

export type { AttachError, ImageDraft, ImageError };
export type { DeviceFacts, LinkPhase, ServiceStatus, SessionWatch, WaitingAsk };
export type { EndpointCheck, EndpointDraft, EndpointView };
export type { SessionView } from "./sessions/session-view.ts";

export interface RoomSummary {
  readonly roomId: string;
  readonly name: string;
  /** "Ada: the south wall…"; empty for a new room. */
  readonly lastLine: string;
  readonly lastAtMs: number;
  readonly unread: number;
  /** The cast, in its order; names and hues go along. */
  readonly personaIds: readonly string[];
  readonly personaNames: readonly string[];
  /** Hues in the order of the names; where absent the list shows one neutral hue. */
  readonly personaHues?: readonly number[] | undefined;
  readonly isShared: boolean;
}

/** One running or waiting attempt on this device's peer, mirrored to every tab. */
export interface RunningAttempt {
  readonly roomId: string;
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  /**
   * queued: waits for a lane; thinking: prompt is read; speaking: text arrives; restarting: engine
   * died.
   */
  readonly phase: "queued" | "thinking" | "speaking" | "restarting";
  /** Epoch ms of the change into this phase. */
  readonly sinceMs: number;
  /** Why a queued one waits, where it is known. */
  readonly waits?: AttemptWait | undefined;
}

export interface RoomView {
  readonly state: RoomState;
  /** The plan of a turn, derived from the state; undefined for an unknown turn. */
  planOf(turn: number): TurnPlan | undefined;
  /** Plan against actual; undefined for an unknown turn. */
  resultOf(turn: number): TurnResult | undefined;
  readonly running: readonly RunningAttempt[];
  /** This person's device in this room; another one in every shared room. */
  readonly device: string;
  /** What a person said here and the room's log does not have yet, oldest first. */
  readonly unsent: readonly UnsentMessage[];
  /** Undefined for a room on this device only. */
  readonly shared: SharedView | undefined;
}

export interface UnsentMessage {
  readonly id: string;
  readonly text: string;
  readonly atMs: number;
  readonly images?: readonly SaidImage[] | undefined;
}

/** A shared room's connection and people. */
export interface SharedView {
  readonly link: LinkPhase;
  /** Devices with a connection to the relay now. */
  readonly present: readonly string[];
  readonly access: "write" | "read";
  readonly relayHost: string;
  /** Entries that could not be opened, newest last. */
  readonly refused: readonly { readonly seq: number; readonly reason: string }[];
}

/** One end of the engine that nobody asked for. */
export interface EngineRestart {
  /** Epoch ms. */
  readonly atMs: number;
  /** The start that ended, counted from 1. */
  readonly generation: number;
  /** How long it had been ready; 0 if it never was. */
  readonly readyMs: number;
  /** Kind of the end, such as `device-lost`. */
  readonly reason: string;
  /** The engine's own words; may be empty. */
  readonly detail: string;
}

/** The inference worker of this origin, as supervision sees it. */
export type EngineView =
  & {
    readonly modelId: string;
    readonly restarts: readonly EngineRestart[];
    readonly generation: number;
  }
  & (
    | { readonly phase: "idle" }
    | { readonly phase: "starting" }
    | { readonly phase: "loading"; readonly progress?: LoadProgress | undefined }
    | {
      readonly phase: "ready";
      readonly lane: Lane;
      readonly adapter: string;
      /** Measured over the last reply; undefined before the first. */
      readonly tokensPerS?: number | undefined;
      readonly firstTokenMs?: number | undefined;
    }
    /** `retryAtMs`: epoch ms of the next try. */
    | { readonly phase: "restarting"; readonly retryAtMs: number; readonly reason: string }
    /** `error`: why it did not get ready the last time; undefined when it died while ready. */
    | {
      readonly phase: "given-up";
      readonly reason: string;
      readonly error?: EngineError | undefined;
    }
    /** Cannot work by trying again alone: the person must choose (other model, other browser). */
    | { readonly phase: "failed"; readonly error: EngineError }
  );

export interface ModelRow {
  readonly profile: ModelProfile;
  readonly fit: Fit;
  /** Why, as message keys with values, such as { key: "needs-webgpu" }. */
  readonly reasons: readonly FitReason[];
  /** Whole on this device: it can be used without a download. */
  readonly downloaded: boolean;
  /** What it takes of this device's storage, unfinished downloads too. */
  readonly keptBytes: number;
  /** What this device learned of it (SY135); undefined before it ran here. */
  readonly past?: ModelPast | undefined;
}

export interface AppSnapshot {
  readonly boot:
    | { readonly phase: "starting" }
    | { readonly phase: "ready" }
    | {
      readonly phase: "failed";
      readonly error: StorageError | { readonly kind: "browser-unfit"; readonly missing: string };
    };
  /** True in the tab that owns engine and outbox (D29). */
  readonly leader: boolean;
  readonly device: { readonly id: string; readonly name: string };
  readonly rooms: readonly RoomSummary[];
  /** The open room; undefined on other screens. */
  readonly room: RoomView | undefined;
  readonly engine: EngineView;
  readonly facts: DeviceFacts | undefined;
  readonly models: { readonly phase: "unloaded" | "loading" } | {
    readonly phase: "loaded";
    readonly rows: readonly ModelRow[];
    /** The model that suits this device best; undefined while that is not known. */
    readonly suggested?: string;
  };
  /** Under way, waiting or failed; a paused one is only bytes of its row (SY133). */
  readonly downloads: readonly DownloadStatus[];
  /** Base URL that model files come from; empty for each model's own host. */
  readonly modelHost: string;
  /** Servers of models that a person added to this device. */
  readonly endpoints: readonly EndpointView[];
  /** Calls of this device's personas that wait for a person, in every room, oldest first. */
  readonly asks: readonly WaitingAsk[];
  /** Every persona of the rooms that this device looks after, hosted here or not. */
  readonly services: readonly ServiceStatus[];
  /** Failures that a person should know of, oldest first. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly id: string;
  readonly atMs: number;
  readonly error: CommandError;
  /** What was tried, as a message key: "send", "create-room", … */
  readonly doing: AppCommand["kind"] | "background";
}

export interface NewPersona {
  readonly card: Card;
  readonly requirement: ModelRequirement;
}

export type AppCommand =
  | {
    readonly kind: "create-room";
    readonly name: string;
    readonly recipe: Recipe;
    readonly personas: readonly NewPersona[];
  }
  /** Makes a room of this device of one that was saved as a file. */
  | {
    readonly kind: "import-room";
    readonly saved: Pick<SavedRoom, "name" | "recipe" | "state">;
  }
  | { readonly kind: "open-room"; readonly roomId: string }
  /** Does nothing when another room is open by now. */
  | { readonly kind: "close-room"; readonly roomId: string }
  | { readonly kind: "delete-room"; readonly roomId: string }
  | { readonly kind: "rename-room"; readonly roomId: string; readonly name: string }
  | { readonly kind: "set-recipe"; readonly roomId: string; readonly recipe: Recipe }
  /** Whether personas know only what was said while they were in the cast (RM40). */
  | {
    readonly kind: "set-knowledge";
    readonly roomId: string;
    readonly knowledge: "everyone" | "present";
  }
  | {
    /** `id` comes from `newMessageId()`: a retry with the same id never doubles the message. */
    readonly kind: "say";
    readonly roomId: string;
    readonly id: string;
    readonly text: string;
    readonly addressed: readonly string[];
    readonly replyTo?: number | undefined;
    /** Ids of attached images ({@link ImageClient}). */
    readonly attachments?: readonly string[] | undefined;
  }
  | { readonly kind: "edit"; readonly roomId: string; readonly of: number; readonly text: string }
  | { readonly kind: "rewind"; readonly roomId: string; readonly to: number }
  | { readonly kind: "stop"; readonly roomId: string; readonly scope: StopScope }
  | {
    readonly kind: "again";
    readonly roomId: string;
    readonly turn: number;
    readonly persona: string;
  }
  | {
    readonly kind: "pick";
    readonly roomId: string;
    readonly turn: number;
    readonly persona: string;
    readonly attempt: number;
  }
  | {
    /** `persona` undefined adds a new one. */
    readonly kind: "put-persona";
    readonly roomId: string;
    readonly persona?: string | undefined;
    readonly card: Card;
    readonly requirement: ModelRequirement;
  }
  | { readonly kind: "remove-persona"; readonly roomId: string; readonly persona: string }
  /**
   * Makes a shared room of a local one at `relayUrl`, or this page's own server when undefined
   * (D30).
   */
  | {
    readonly kind: "share-room";
    readonly roomId: string;
    readonly relayUrl?: string | undefined;
  }
  /** `link`: a whole invite link, or its fragment. Joining a room that is here opens it. */
  | { readonly kind: "join-room"; readonly link: string }
  /** The invite link of a shared room, made only when a person asks for it. */
  | {
    readonly kind: "invite-link";
    readonly roomId: string;
    readonly access: "write" | "read";
  }
  /** Tries a broken connection again at once. */
  | { readonly kind: "reconnect"; readonly roomId: string }
  | { readonly kind: "set-name"; readonly name: string }
  /** Makes `modelId` this device's model; what is not here is downloaded first (SY134). */
  | { readonly kind: "choose-model"; readonly modelId: string }
  | { readonly kind: "cancel-load" }
  | { readonly kind: "delete-model"; readonly modelId: string }
  /** Puts a model that a person brought into the catalogue; its file is kept already. */
  | { readonly kind: "add-model"; readonly profile: ModelProfile }
  /** Fetches a model, or goes on fetching it, without using it. */
  | { readonly kind: "download-model"; readonly modelId: string }
  /** Keeps what came; choosing or downloading it goes on. `delete-model` throws it away. */
  | { readonly kind: "pause-download"; readonly modelId: string }
  | { readonly kind: "set-model-host"; readonly url: string }
  /** Looks for a server of models from this tab; what it found is in the answer, not an error. */
  | { readonly kind: "check-endpoint"; readonly draft: Omit<EndpointDraft, "models"> }
  | { readonly kind: "add-endpoint"; readonly draft: EndpointDraft }
  /** Forgets a server and its key; a model of it gives way to the starter. */
  | { readonly kind: "remove-endpoint"; readonly id: string }
  | { readonly kind: "engine-retry" }
  /** Starts a persona's service now that waits or failed; nothing else is retried. */
  | { readonly kind: "service-retry"; readonly roomId: string; readonly persona: string }
  /** Reads the model catalogue and the device's facts; both appear in the snapshot. */
  | { readonly kind: "list-models" }
  /** Asks a session of this device; what it refuses is in the reply, not an error. */
  | { readonly kind: "session"; readonly request: SessionRequest }
  | { readonly kind: "dismiss-problem"; readonly id: string };

export type CommandError =
  | AppendError
  | EngineError
  | EndpointRefused
  | { readonly kind: "text-empty" }
  | { readonly kind: "text-too-long"; readonly bytes: number; readonly bytesMax: number }
  | { readonly kind: "card-invalid"; readonly field: string }
  | { readonly kind: "not-found"; readonly what: string }
  | { readonly kind: "room-read-only" }
  | { readonly kind: "url-invalid" }
  | { readonly kind: "leader-silent" }
  | { readonly kind: "link-invalid" }
  | { readonly kind: "link-read-only" }
  /** This browser's WebCrypto lacks an algorithm that shared rooms need. */
  | { readonly kind: "crypto-unfit"; readonly missing: string }
  | { readonly kind: "room-not-shared" }
  /** The relay did not take the room in time; the room is as it was. */
  | { readonly kind: "relay-unreachable" }
  /** The relay said no, to a room or to one entry of it; `reason` is its name for why. */
  /** `text`: of a message that the relay will never take, so that it can be said otherwise. */
  | { readonly kind: "relay-refused"; readonly reason: string; readonly text?: string }
  /** What a relay keeps as this room is the log of `roomId`. */
  | { readonly kind: "wrong-room"; readonly roomId: string };

export type CommandDone =
  | { readonly kind: "done" }
  | { readonly kind: "room-created"; readonly roomId: string }
  | { readonly kind: "room-shared"; readonly roomId: string }
  | { readonly kind: "room-joined"; readonly roomId: string }
  /** `fragment` alone is the key; `address` alone is the link without it. */
  | { readonly kind: "invite"; readonly address: string; readonly fragment: string }
  | { readonly kind: "endpoint-checked"; readonly check: EndpointCheck }
  | { readonly kind: "persona-put"; readonly persona: string }
  | { readonly kind: "session-replied"; readonly reply: SessionReply };

/** Images of messages: attached before, read after. Never throws. */
export interface ImageClient {
  /** What is attached in a room and not sent, oldest first. */
  drafts(roomId: string): Promise<Result<readonly ImageDraft[], StorageError>>;
  /** Keeps an encoded JPEG until it is sent or detached, also over a reload. */
  attach(
    roomId: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Result<ImageDraft, AttachError>>;
  describe(
    roomId: string,
    draft: ImageDraft,
    alt: string,
  ): Promise<Result<ImageDraft, AttachError>>;
  detach(roomId: string, ids: readonly string[]): Promise<Result<void, StorageError>>;
  read(roomId: string, image: MessageImage): Promise<Result<Uint8Array<ArrayBuffer>, ImageError>>;
}

export interface AppClient {
  readonly snapshot: ReadonlySignal<AppSnapshot>;
  /** Live text of one running attempt; empty when nothing streams. One signal per bubble. */
  streamText(
    roomId: string,
    turn: number,
    persona: string,
    attempt: number,
  ): ReadonlySignal<string>;
  /** Resolves when the command's effect is durable, or with why it is not. Never throws. */
  send(command: AppCommand): Promise<Result<CommandDone, CommandError>>;
  newMessageId(): string;
  readonly images: ImageClient;
  /** Follows a session of this device, in any tab, until the disposal. */
  watchSession(roomId: string, session: string): SessionWatch;
  /** Everything people wrote here as JSON lines, read as it is: works when the boot failed too. */
  rescueText(): Promise<Result<string, StorageError>>;
  /** The unsent text of a room, kept in this browser until it is sent or cleared. */
  readDraft(roomId: string): string;
  writeDraft(roomId: string, text: string): void;
  close(): Promise<void>;
}
