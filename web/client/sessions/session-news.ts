/**
 * What the leader tells of a watched session, and what a tab asks to watch.
 *
 * Tabs may run different versions for a while: what arrives is checked to be of the shape it should
 * be, within limits. The two ends are the same code in most cases, so entries are not looked into.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY113 News and targets of another shape, or over their limits, are refused whole and change
 *         nothing.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { NumberedEvent, SessionSnapshot } from "#shared/session/mod.ts";
import { clientLimits } from "../limits.ts";

export interface SessionTarget {
  readonly roomId: string;
  readonly session: string;
}

/** Why a session is not shown. */
export type WatchRefusal = "session-unknown" | "too-many-watches" | "target-malformed";

export type SessionNews =
  | { readonly kind: "snapshot"; readonly snapshot: SessionSnapshot }
  | { readonly kind: "event"; readonly event: NumberedEvent }
  | { readonly kind: "refused"; readonly reason: WatchRefusal }
  /** The session tells no more; it may come back. */
  | { readonly kind: "ended" };

export interface NewsMalformed {
  readonly kind: "news-malformed";
  readonly detail: string;
}

type Fields = Readonly<Record<string, unknown>>;

const REFUSALS: ReadonlySet<unknown> = new Set<WatchRefusal>([
  "session-unknown",
  "too-many-watches",
  "target-malformed",
]);

/** Lists of a snapshot, with how many each may hold. */
const LISTS = {
  entries: clientLimits.watchedEntriesMax,
  inFlight: clientLimits.watchedPartsMax,
  inputs: clientLimits.watchedPartsMax,
  memory: clientLimits.watchedPartsMax,
  rules: clientLimits.watchedPartsMax,
  asks: clientLimits.watchedPartsMax,
  alerts: clientLimits.watchedPartsMax,
} as const;

export function decodeTarget(value: unknown): Result<SessionTarget, NewsMalformed> {
  if (!isRecord(value)) return malformed("target");
  const { roomId, session } = value;
  return isId(roomId) && isId(session) ? ok({ roomId, session }) : malformed("target");
}

export function decodeNews(value: unknown): Result<SessionNews, NewsMalformed> {
  if (!isRecord(value)) return malformed("not an object");
  switch (value["kind"]) {
    case "ended":
      return ok({ kind: "ended" });
    case "refused": {
      const { reason } = value;
      return REFUSALS.has(reason)
        ? ok({ kind: "refused", reason: reason as WatchRefusal })
        : malformed("refused");
    }
    case "event": {
      const { event } = value;
      return isNumberedEvent(event) ? ok({ kind: "event", event }) : malformed("event");
    }
    case "snapshot": {
      const { snapshot } = value;
      const wrong = faultOf(snapshot);
      // `faultOf` has looked at every field that a screen reads without asking.
      return wrong === undefined
        ? ok({ kind: "snapshot", snapshot: snapshot as SessionSnapshot })
        : malformed(wrong);
    }
    default:
      return malformed(`kind ${String(value["kind"])}`);
  }
}

function isNumberedEvent(value: unknown): value is NumberedEvent {
  if (!isRecord(value) || !isCount(value["revision"]) || !isRecord(value["event"])) return false;
  const { kind, snapshot } = value["event"];
  return kind === "resync" ? faultOf(snapshot) === undefined : typeof kind === "string";
}

/** The field that is wrong; undefined when the snapshot is one. */
function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return "snapshot";
  const { revision, first, head, greeting, status } = value;
  if (!isCount(revision)) return "revision";
  if (!isCount(first) || !isCount(head)) return "head";
  if (!isRecord(greeting) || !isId(greeting["session"]) || !Array.isArray(greeting["tools"])) {
    return "greeting";
  }
  if (!isRecord(status) || typeof status["phase"] !== "string") return "status";
  return Object.entries(LISTS).find(([name, max]) => {
    const list = value[name];
    return !Array.isArray(list) || list.length > max || !list.every(isRecord);
  })?.[0];
}

const malformed = (detail: string): Result<never, NewsMalformed> =>
  err({ kind: "news-malformed", detail });
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isId = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= clientLimits.watchedIdCharsMax;
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
