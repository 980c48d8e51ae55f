/**
 * A shared room's connection as a person is told about it.
 *
 * The link tries again and again; a person hears of one loss and of one return. So an attempt after
 * a loss is still "offline", now trying, until it succeeds.
 */

import type { LinkPhase } from "../../../client/app-client.ts";

export type Connection =
  /** Nothing to tell: this device only, or everything is here. */
  | { readonly kind: "quiet" }
  | { readonly kind: "connecting" }
  /** `from` is where it began: a short way is not worth a bar. */
  | {
    readonly kind: "catching-up";
    readonly from: number;
    readonly seq: number;
    readonly head: number;
  }
  /** `retryAtMs` undefined: it is being tried right now. */
  | {
    readonly kind: "offline";
    readonly reason: string;
    readonly retryMs: number;
    readonly retryAtMs: number | undefined;
    /** When it was lost. */
    readonly sinceMs: number;
  }
  | { readonly kind: "refused"; readonly reason: string };

export const QUIET: Connection = Object.freeze({ kind: "quiet" });

/** Fewer entries than this arrive before an eye could read a bar. */
const FAR_ENTRIES = 30;

/** Most losses end sooner; a banner that comes and goes would only move the page. */
const BRIEF_LOSS_MS = 1_500;

/** What to tell after `link` arrived at `nowMs`; the same object when nothing changed. */
export function followLink(
  before: Connection,
  link: LinkPhase | undefined,
  nowMs: number,
): Connection {
  switch (link?.phase) {
    case "connecting":
      if (before.kind === "offline") return tryingNow(before);
      return before.kind === "connecting" ? before : { kind: "connecting" };
    case "catching-up": {
      const { seq, head } = link;
      const from = before.kind === "catching-up" ? Math.min(before.from, seq) : seq;
      return { kind: "catching-up", from, seq, head };
    }
    case "offline": {
      const { reason, retryMs } = link;
      // The same loss told again: its countdown goes on.
      if (before.kind === "offline" && before.retryAtMs !== undefined) {
        if (before.reason === reason && before.retryMs === retryMs) return before;
      }
      const sinceMs = before.kind === "offline" ? before.sinceMs : nowMs;
      return { kind: "offline", reason, retryMs, retryAtMs: nowMs + retryMs, sinceMs };
    }
    case "refused":
      return before.kind === "refused" && before.reason === link.reason
        ? before
        : { kind: "refused", reason: link.reason };
    default:
      return before.kind === "quiet" ? before : QUIET;
  }
}

/** A browser knows when it has no network at all; else the server is what is missing. */
export function nameLoss(link: LinkPhase | undefined, isOnline: boolean): LinkPhase | undefined {
  return link?.phase === "offline" && link.reason === "unreachable" && !isOnline
    ? { ...link, reason: "offline" }
    : link;
}

/** Whether it was lost so short a time ago that only the header should say so. */
export function isBriefLoss(connection: Connection, nowMs: number): boolean {
  return connection.kind === "offline" && nowMs - connection.sinceMs < BRIEF_LOSS_MS;
}

/** Whether the way is long enough to show a bar above the composer. */
export function isFarBehind(connection: Connection): boolean {
  return connection.kind === "catching-up" && connection.head - connection.from >= FAR_ENTRIES;
}

function tryingNow(before: Extract<Connection, { kind: "offline" }>): Connection {
  return before.retryAtMs === undefined ? before : { ...before, retryAtMs: undefined };
}
