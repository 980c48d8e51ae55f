/**
 * Frames between the tabs of one origin.
 *
 * Owns their shapes and the decoding. Tabs may run different versions of the app for a while, so
 * what arrives is unknown; payloads are decoded by whoever uses the channel.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";

/** Part of the text of one running attempt; offset 0 starts it anew. */
export interface StreamFrame {
  readonly roomId: string;
  /** Negative for a turn of before its room was shared. */
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  /** UTF-16 code units before `text`. */
  readonly offset: number;
  readonly text: string;
}

/** Frames with a term come from a leader; a lower term than known is a stale leader's. */
export type TabFrame =
  | { readonly kind: "leader-here"; readonly term: number }
  | { readonly kind: "leader-left"; readonly term: number }
  | {
    readonly kind: "peer-status";
    readonly term: number;
    /** Grows with each status of a term. */
    readonly revision: number;
    readonly payload: unknown;
  }
  | { readonly kind: "stream"; readonly term: number; readonly frame: StreamFrame }
  | {
    readonly kind: "command-accepted";
    readonly term: number;
    readonly requestId: string;
  }
  | {
    readonly kind: "command-answered";
    readonly term: number;
    readonly requestId: string;
    readonly answer: unknown;
  }
  | { readonly kind: "command"; readonly requestId: string; readonly command: unknown }
  | { readonly kind: "snapshot-request" }
  | { readonly kind: "hand-over-request" }
  | ({ readonly kind: "watch" } & WatchAsk)
  | { readonly kind: "unwatch"; readonly watchId: string }
  | {
    readonly kind: "watched";
    readonly term: number;
    readonly watchId: string;
    readonly payload: unknown;
  };

/** Asks the leader to tell a tab of something until it unwatches, or renews that. */
export interface WatchAsk {
  /** Made by the tab that watches. */
  readonly watchId: string;
  readonly target: unknown;
  /** False when the tab has all that came so far and only says that it is there. */
  readonly needsSnapshot: boolean;
}

export interface FrameError {
  readonly kind: "frame-malformed";
  readonly detail: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Checks what another tab posted. */
export function decodeTabFrame(value: unknown): Result<TabFrame, FrameError> {
  if (!isRecord(value)) return malformed("not an object");
  const { kind } = value;
  switch (kind) {
    case "snapshot-request":
    case "hand-over-request":
      return ok({ kind });
    case "command":
      return isText(value["requestId"]) && value["command"] !== undefined
        ? ok({ kind, requestId: value["requestId"], command: value["command"] })
        : malformed(kind);
    case "watch":
    case "unwatch":
      return decodeWatchFrame(kind, value);
    case "leader-here":
    case "leader-left":
    case "watched":
    case "peer-status":
    case "stream":
    case "command-accepted":
    case "command-answered":
      return decodeLeaderFrame(kind, value);
    default:
      return malformed(`kind ${String(kind)}`);
  }
}

function decodeWatchFrame(kind: "watch" | "unwatch", value: Fields): Result<TabFrame, FrameError> {
  const { watchId, target, needsSnapshot } = value;
  if (!isText(watchId)) return malformed(kind);
  if (kind === "unwatch") return ok({ kind, watchId });
  return target !== undefined && typeof needsSnapshot === "boolean"
    ? ok({ kind, watchId, target, needsSnapshot })
    : malformed(kind);
}

function decodeLeaderFrame(
  kind: Extract<TabFrame, { readonly term: number }>["kind"],
  value: Fields,
): Result<TabFrame, FrameError> {
  const { term, revision, requestId, watchId } = value;
  if (!isCount(term)) return malformed(kind);
  switch (kind) {
    case "leader-here":
    case "leader-left":
      return ok({ kind, term });
    case "peer-status":
      return isCount(revision) && value["payload"] !== undefined
        ? ok({ kind, term, revision, payload: value["payload"] })
        : malformed(kind);
    case "watched":
      return isText(watchId) && value["payload"] !== undefined
        ? ok({ kind, term, watchId, payload: value["payload"] })
        : malformed(kind);
    case "stream": {
      const frame = decodeStreamFrame(value["frame"]);
      return frame === undefined ? malformed(kind) : ok({ kind, term, frame });
    }
    case "command-accepted":
      return isText(requestId) ? ok({ kind, term, requestId }) : malformed(kind);
    case "command-answered":
      return isText(requestId) && value["answer"] !== undefined
        ? ok({ kind, term, requestId, answer: value["answer"] })
        : malformed(kind);
  }
}

function decodeStreamFrame(value: unknown): StreamFrame | undefined {
  if (!isRecord(value)) return undefined;
  const { roomId, turn, persona, attempt, offset, text } = value;
  return isText(roomId) && Number.isSafeInteger(turn) && isText(persona) && isCount(attempt) &&
      isCount(offset) && typeof text === "string"
    ? { roomId, turn: Number(turn), persona, attempt, offset, text }
    : undefined;
}

/**
 * The text after `frame`, or undefined when something between is missing: the whole text comes
 * again within 2 s (D33).
 */
export function applyStreamFrame(text: string, frame: StreamFrame): string | undefined {
  return frame.offset > text.length ? undefined : text.slice(0, frame.offset) + frame.text;
}

const malformed = (detail: string): Result<never, FrameError> =>
  err({ kind: "frame-malformed", detail });
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
