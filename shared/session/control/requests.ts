/**
 * What a session can be asked, and what it answers: one request, one typed answer with its id.
 *
 * Shapes only; decode-request.ts makes them of what comes from outside.
 */

import type { LedgerFull } from "../../ledger/admission.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { ChildEvent, MemoryNote, SegmentEntry } from "../log/segments.ts";
import type { PermissionDecision, PermissionRule } from "../tools/tool.ts";
import type { SessionSnapshot } from "./events.ts";

/** The fourteen methods of the table in matrix.ts. */
export type SessionMethod =
  | { readonly method: "run"; readonly text: string; readonly whenBusy: "queue" | "refuse" }
  | {
    readonly method: "notify";
    readonly text: string;
    /** Wakes an idle session; a paused one is never woken. */
    readonly autoRun: boolean;
    readonly correlationId?: string | undefined;
  }
  | { readonly method: "child-event"; readonly event: ChildEvent }
  | { readonly method: "resume" }
  | { readonly method: "cancel" }
  | { readonly method: "pause" }
  | { readonly method: "compact" }
  | { readonly method: "list-rewind-targets" }
  | { readonly method: "rewind"; readonly to: number; readonly expectHead: number }
  | { readonly method: "shutdown" }
  | {
    readonly method: "list-completions";
    readonly of: "tool" | "memory" | "session";
    readonly prefix: string;
  }
  | { readonly method: "list-visible" }
  | { readonly method: "inspect"; readonly session: string }
  /** Brings a stopped or lost session back; one that lives is only told of. */
  | { readonly method: "attach-or-restore"; readonly session: string };

/** Beside the fourteen: what a person sets, and answers to what the session asks. */
export type SessionSetting =
  | { readonly method: "set-tools"; readonly rules: readonly PermissionRule[] }
  | {
    readonly method: "answer-permission";
    readonly callId: string;
    readonly decision: Exclude<PermissionDecision, "ask">;
  }
  | { readonly method: "edit-memory"; readonly id: string; readonly text: string | undefined }
  /** The newest entries below `before`: what a snapshot leaves out. */
  | { readonly method: "read-log"; readonly before: number };

export type SessionCall = SessionMethod | SessionSetting;

export interface SessionRequest {
  /** Made by the asker; a repeated one gets the first answer again. */
  readonly requestId: string;
  readonly roomId: string;
  readonly session: string;
  readonly call: SessionCall;
}

export type SessionRefusal =
  | { readonly kind: "already-running" | "not-running" | "not-paused" | "paused" | "stopped" }
  | { readonly kind: "request-invalid"; readonly field: string; readonly detail: string }
  | { readonly kind: "method-unknown"; readonly method: string }
  | { readonly kind: "request-repeated"; readonly requestId: string }
  | { readonly kind: "too-large"; readonly field: string; readonly max: number }
  | { readonly kind: "session-unknown"; readonly session: string }
  | { readonly kind: "target-unknown"; readonly to: number }
  | { readonly kind: "head-moved"; readonly head: number }
  /** The log would not be shorter than its limit: nothing was changed. */
  | { readonly kind: "compaction-ineffective"; readonly tokens: number; readonly tokensMax: number }
  | { readonly kind: "compaction-empty" }
  | { readonly kind: "call-unknown"; readonly callId: string }
  | { readonly kind: "engine"; readonly detail: string }
  | { readonly kind: "too-many-requests"; readonly requestsMax: number }
  /** So many notes wait for a prompt. */
  | { readonly kind: "notes-full"; readonly notesMax: number }
  /** What was asked for was ended by something else, such as a cancel; the ledger's word for it. */
  | { readonly kind: "ended-otherwise"; readonly outcome: string }
  | LedgerFull
  | StorageError;

export interface RewindTarget {
  /** Index of the entry that everything from is set aside. */
  readonly to: number;
  /** Counted from 1, the oldest first. */
  readonly run: number;
  readonly preview: string;
  /** What a rewind cannot take back: the tools that ran behind it. */
  readonly effects: readonly string[];
}

/** A session as others see it. */
export interface SessionInfo {
  readonly session: string;
  readonly parent: string | undefined;
  readonly relation: "self" | "child";
  readonly state: "idle" | "running" | "paused" | "retired" | "stopped" | "unreachable" | "corrupt";
  readonly canRestore: boolean;
  readonly children: number;
  /** Of a child: what it was made for. */
  readonly task?: string | undefined;
  readonly detail?: string | undefined;
}

export type SessionAnswer =
  /** Durable: `inputId` is settled once, whatever happens. */
  | { readonly kind: "accepted"; readonly inputId: string; readonly isNew: boolean }
  | { readonly kind: "done" }
  | { readonly kind: "compacted"; readonly tokensBefore: number; readonly tokensAfter: number }
  | {
    readonly kind: "rewind-targets";
    readonly head: number;
    readonly targets: readonly RewindTarget[];
  }
  | {
    readonly kind: "rewound";
    readonly head: number;
    /** What was asked there: back into the composer. */
    readonly text: string;
    readonly effects: readonly string[];
  }
  | { readonly kind: "completions"; readonly values: readonly string[] }
  /** In order; none where the log begins behind `before`. */
  | { readonly kind: "log-entries"; readonly entries: readonly SegmentEntry[] }
  | { readonly kind: "visible"; readonly sessions: readonly SessionInfo[] }
  | {
    readonly kind: "inspection";
    readonly info: SessionInfo;
    readonly inputs: readonly InputRecord[];
    readonly memory: readonly MemoryNote[];
    readonly rules: readonly PermissionRule[];
  }
  | { readonly kind: "attached"; readonly restored: boolean; readonly snapshot: SessionSnapshot };

export type SessionReply =
  | { readonly requestId: string; readonly ok: true; readonly answer: SessionAnswer }
  | { readonly requestId: string; readonly ok: false; readonly error: SessionRefusal };
