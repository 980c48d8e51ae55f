/**
 * How many sockets the relay takes, in all and from one visitor.
 *
 * Owns the counts; the platform owns the sockets. A school behind one address is one visitor, so
 * what is strict here counts only sockets that have not joined a room yet: a socket that joined
 * gives its token back.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL67  Too many sockets in all are refused 503, too many or too fast from one visitor 429; the
 *         tight limits count only those that have not joined.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";

export interface VisitorLimits {
  readonly socketsMax: number;
  readonly socketsPerVisitorMax: number;
  /** Sockets of one visitor that have not joined, at once. */
  readonly waitingPerVisitorMax: number;
  /** Sockets that never joined: a token each, given back at the join. */
  readonly openingsBurst: number;
  readonly openingsPerS: number;
}

/** 10,000 sockets at about 15 KiB each are 150 MB; one visitor may be a school of 500 with tabs. */
export const visitorLimits: VisitorLimits = Object.freeze({
  socketsMax: 10_000,
  socketsPerVisitorMax: 2_000,
  waitingPerVisitorMax: 500,
  openingsBurst: 600,
  openingsPerS: 10,
});

export type VisitRefusal =
  | { readonly kind: "relay-full" }
  | { readonly kind: "visitor-limited"; readonly afterMs: number };

/** One socket of a visitor. */
export interface Visit {
  /** It joined a room. Later calls change nothing. */
  admit(): void;
  /** It ended. Later calls change nothing. */
  leave(): void;
}

export interface Visitors {
  /** Takes a token. `nowMs` is monotonic. */
  ask(visitor: string, nowMs: number): Result<void, VisitRefusal>;
  /** Counts a socket that was just opened, in the same turn as `ask`. */
  enter(visitor: string): Visit;
}

interface Count {
  sockets: number;
  waiting: number;
  tokens: number;
  atMs: number;
}

const RETRY_MS = 5_000;

export function createVisitors(limits: VisitorLimits): Visitors {
  const counts = new Map<string, Count>();
  let sockets = 0;

  /** The count of a visitor, moved to the end: the front holds who came longest ago. */
  const countOf = (visitor: string, nowMs: number): Count => {
    const known = counts.get(visitor);
    const count = known ?? { sockets: 0, waiting: 0, tokens: limits.openingsBurst, atMs: nowMs };
    const earned = ((nowMs - count.atMs) / 1000) * limits.openingsPerS;
    count.tokens = Math.min(limits.openingsBurst, count.tokens + earned);
    count.atMs = nowMs;
    counts.delete(visitor);
    counts.set(visitor, count);
    return count;
  };

  /** The limiter is bounded too: it forgets visitors without sockets, the oldest first. */
  const forgetOldest = (): void => {
    for (const [visitor, count] of counts) {
      if (counts.size <= limits.socketsMax * 2) return;
      if (count.sockets === 0) counts.delete(visitor);
    }
  };

  return {
    ask(visitor, nowMs) {
      if (sockets >= limits.socketsMax) return err({ kind: "relay-full" });
      const count = countOf(visitor, nowMs);
      forgetOldest();
      const isFull = count.sockets >= limits.socketsPerVisitorMax ||
        count.waiting >= limits.waitingPerVisitorMax;
      if (isFull) return err({ kind: "visitor-limited", afterMs: RETRY_MS });
      if (count.tokens < 1) {
        const afterMs = Math.ceil(((1 - count.tokens) / limits.openingsPerS) * 1000);
        return err({ kind: "visitor-limited", afterMs });
      }
      count.tokens -= 1;
      return ok(undefined);
    },
    enter(visitor) {
      const count = counts.get(visitor);
      assert(count !== undefined, "Cannot enter: the visitor did not ask");
      sockets += 1;
      count.sockets += 1;
      count.waiting += 1;
      let phase: "waiting" | "admitted" | "gone" = "waiting";
      return {
        admit() {
          if (phase !== "waiting") return;
          phase = "admitted";
          count.waiting -= 1;
          count.tokens = Math.min(limits.openingsBurst, count.tokens + 1);
        },
        leave() {
          if (phase === "gone") return;
          if (phase === "waiting") count.waiting -= 1;
          phase = "gone";
          count.sockets -= 1;
          sockets -= 1;
        },
      };
    },
  };
}
