/**
 * What the screens see of this device's peer: one snapshot to read, commands to send.
 *
 * Owns the shapes only. `create-client.ts` makes the real one; screens hold no business rule.
 * In the leader tab the peer runs here; in any other tab the same interface mirrors it (D29).
 */

import type { ReadonlySignal } from "@preact/signals";
import type { Result } from "#shared/base/mod.ts";
import type { HistoryFork } from "#shared/crypto/mod.ts";
import type { DeviceFacts, Fit, FitReason, ModelProfile } from "#shared/inference/mod.ts";
import type { AttemptWait, ImageError, SavedRoom, ServiceStatus } from "#shared/hosting/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { Card, ModelRequirement, Recipe, SaidImage, StopScope } from "#shared/protocol/mod.ts";
import type { MessageImage, RoomState } from "#shared/room/mod.ts";
import type { SessionRequest } from "#shared/session/mod.ts";
import type { LinkPhase } from "#shared/sync/mod.ts";
import type { WaitingAsk } from "#shared/hosting/mod.ts";
import type { CommandDone, CommandError } from "./command-answers.ts";
import type { ImageDraft } from "../adapters/idb-image-drafts.ts";
import type { AttachError } from "./images/image-commands.ts";
import type { EndpointCheck } from "./endpoints/check-endpoint.ts";
import type { EndpointDraft, EndpointView } from "./endpoints/endpoint.ts";
import type { EngineRestart, EngineView } from "./engine-view-types.ts";
import type { LogLine } from "./diagnostics/log-ring.ts";
import type { CardAnswer, CardRequest } from "./cards/card-reader.ts";
import type { DownloadStatus } from "./downloads/download-status.ts";
import type { ModelPast } from "./downloads/model-history.ts";
import type { PeopleAsk } from "./shared/people/people-ask.ts";
import type { RoomSearch } from "./search/room-search.ts";
import type { SessionWatch } from "./sessions/session-view.ts";

export type { CommandDone, CommandError };
export type { AttachError, ImageDraft, ImageError };
export type { DeviceFacts, LinkPhase, ServiceStatus, SessionWatch, WaitingAsk };
export type { CardReadError } from "./cards/card-reader.ts";
export type { EndpointCheck, EndpointDraft, EndpointView };
export type { EngineRestart, EngineView };
export type { Comparison, DeviceCheck, HistoryCheck } from "./shared/people/people-ask.ts";
export type { SessionView } from "./sessions/session-view.ts";

/** What a browser lost of a room: what was said in it, or this device's keys to it. */
export type RoomLoss = "messages" | "keys";

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
  /** Nothing can be said there by this device; absent elsewhere. */
  readonly isReader?: true;
  /** What of the room is not in this browser any more (SY267); absent where all is. */
  readonly lost?: RoomLoss | undefined;
  /** It became another room, of which nothing has come here yet; absent elsewhere. */
  readonly isMoving?: true;
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
  readonly running: readonly RunningAttempt[];
  /** This person's device in this room; another one in every shared room. */
  readonly device: string;
  /** What a person said here and the room's log does not have yet, oldest first. */
  readonly unsent: readonly UnsentMessage[];
  /** Undefined for a room on this device only. */
  readonly shared: SharedView | undefined;
  /** Undefined while the room stays where it is. */
  readonly move: MoveView | undefined;
}

/** What a move of the open room is to this device. */
export type MoveView =
  /** Begun here and not finished; nobody knows of it yet. */
  | { readonly phase: "unfinished"; readonly without: readonly string[] }
  /** This device goes along, or is about to. */
  | { readonly phase: "following" }
  /** Its mover left this device out. */
  | { readonly phase: "left-out"; readonly by: string }
  /** Its mover gave this device a key that opens nothing, or leads where nobody is led. */
  | { readonly phase: "dead-end"; readonly by: string };

export interface RoomGlimpse {
  readonly state: RoomState;
  /** This person's device there. */
  readonly device: string;
  /** Undefined for a room of this device, and before any leader spoke of it. */
  readonly link: LinkPhase | undefined;
}

export interface UnsentMessage {
  readonly id: string;
  readonly text: string;
  readonly atMs: number;
  readonly images?: readonly SaidImage[] | undefined;
  readonly replyTo?: number | undefined;
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
  readonly forks?: readonly HistoryFork[] | undefined;
  readonly otherForks?: number | undefined;
}

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
  /** Rooms that became others, by id, each with the one that it is now. */
  readonly movedRooms: ReadonlyMap<string, string>;
  /** The open room; undefined on other screens. */
  readonly room: RoomView | undefined;
  /** Whether a persona of this device is at work, in any room. */
  readonly answering: boolean;
  readonly engine: EngineView;
  readonly facts: DeviceFacts | undefined;
  readonly models: { readonly phase: "unloaded" | "loading" } | {
    readonly phase: "loaded";
    readonly rows: readonly ModelRow[];
    /** The model that suits this device best; undefined while that is not known. */
    readonly suggested?: string;
    /** Kept on this device, but in no list (IN103); absent when a leader of before tells none. */
    readonly unlisted?: readonly { readonly modelId: string; readonly keptBytes: number }[];
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
  /** Makes a room of this device of the talk up to the message at `seq` (RM66). */
  | {
    readonly kind: "branch-room";
    readonly roomId: string;
    readonly seq: number;
    readonly name: string;
  }
  | { readonly kind: "open-room"; readonly roomId: string }
  /** Resolves when all messages of the room are in the snapshot (SY139). */
  | { readonly kind: "read-earlier"; readonly roomId: string }
  /** Does nothing when another room is open by now. */
  | { readonly kind: "close-room"; readonly roomId: string }
  | { readonly kind: "delete-room"; readonly roomId: string }
  /** Takes a local room out of the list, whole, until it is brought back or deleted (SY207). */
  | { readonly kind: "hold-room"; readonly roomId: string; readonly held: boolean }
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
  /** Takes this rewind back, the newest one (RM65). */
  | { readonly kind: "restore"; readonly roomId: string; readonly rewind: number }
  /** Pins a message for everybody, or takes the pin away (RM63). */
  | {
    readonly kind: "pin";
    readonly roomId: string;
    readonly of: number;
    readonly pinned: boolean;
  }
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
  /** About the devices of a shared room, in any tab. */
  | { readonly kind: "people"; readonly roomId: string; readonly ask: PeopleAsk }
  /** Goes on as a new room under a new key, without the devices `without` (D32). */
  | { readonly kind: "move-room"; readonly roomId: string; readonly without: readonly string[] }
  /** Gives up a move that was begun here and not finished. */
  | { readonly kind: "forget-move"; readonly roomId: string }
  /** Goes to the room that this one went on as, with what was said here and not taken. */
  | { readonly kind: "follow-room"; readonly roomId: string }
  /** Tries a broken connection again at once. */
  | { readonly kind: "reconnect"; readonly roomId: string }
  | { readonly kind: "set-name"; readonly name: string }
  /** Makes `modelId` this device's model; what is not here is downloaded first (SY134). */
  | { readonly kind: "choose-model"; readonly modelId: string }
  /** Ends the engine, or its load; nothing runs until it is retried or a model chosen (HO153). */
  | { readonly kind: "engine-stop" }
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
  /** A room that is followed in this tab, open on the screen or not. */
  lookInto(roomId: string): RoomGlimpse | undefined;
  /** The device whose entry that is; undefined where it cannot be read. */
  authorOf(roomId: string, seq: number): Promise<string | undefined>;
  readonly images: ImageClient;
  /** True once nobody waits for the page: what it could be used without may load (SY180). */
  readonly usable: ReadonlySignal<boolean>;
  /** Says that the screen can be used. */
  markUsable(): void;
  /** Follows a session of this device, in any tab, until the disposal. */
  watchSession(roomId: string, session: string): SessionWatch;
  /** Opens a search; rejects where its code did not come. Whoever opened it closes it. */
  openSearch(): Promise<RoomSearch>;
  /** Reads a card file; rejects where its code did not come. Aborting ends the work. */
  readCard(request: CardRequest, signal: AbortSignal): Promise<CardAnswer>;
  /** What this page's log says, oldest first (SY194). */
  logLines(): readonly LogLine[];
  /** Everything people wrote here as JSON lines, read as it is: works when the boot failed too. */
  rescueText(): Promise<Result<string, StorageError>>;
  /** The unsent text of a room, kept in this browser until it is sent or cleared. */
  readDraft(roomId: string): string;
  writeDraft(roomId: string, text: string): void;
  /** The message that the draft answers, kept like its text. */
  readReply(roomId: string): number | undefined;
  writeReply(roomId: string, replyTo: number | undefined): void;
  /** Grows when what was typed in a room went along into the one that it became (SY276). */
  readonly typedCarried: ReadonlySignal<number>;
  close(): Promise<void>;
}
