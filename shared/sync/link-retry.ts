/**
 * What follows the end of a connection: come back after a wait, or stop and say why. Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY44  The wait has full jitter, doubles with each failure, and starts over after a connection
 *         that held.
 *   SY45  A close code that says "do not come back" is shown as refused, never tried again by
 *         itself.
 */

import { closeCodes } from "../protocol/relay-frames.ts";
import { linkLimits as limits } from "./link-limits.ts";

export type Ending =
  /** The socket ended, or never opened (code 1006). */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** Storage failed; the connection is of no use until it works. */
  | { readonly kind: "storage" }
  | { readonly kind: "misbehaves"; readonly detail: string }
  | { readonly kind: "version" }
  | { readonly kind: "history-trimmed" }
  | { readonly kind: "silent" };

export type NextTry =
  | { readonly kind: "retry"; readonly reason: string; readonly waitMs: number }
  | { readonly kind: "refused"; readonly reason: string };

const NAMES = new Map<number, string>(
  Object.entries(closeCodes).map(([name, code]) => [
    code,
    name,
  ]),
);
/** First code that says: do not come back. */
const REFUSED_FROM = 4500;
const TOO_BIG = 1009;

/** `failures` in a row without a healthy connection; `draw` from [0, 1). */
export function decideNext(ending: Ending, failures: number, draw: number): NextTry {
  const spread = Math.min(limits.retryMsMax, limits.retryMsMin * 2 ** Math.min(failures, 16));
  const retry = (reason: string, leastMs = 0): NextTry => ({
    kind: "retry",
    reason,
    waitMs: Math.round(leastMs + draw * spread), // SY44
  });
  switch (ending.kind) {
    case "closed": {
      const reason = NAMES.get(ending.code) ?? (ending.code === TOO_BIG ? "tooBig" : "unreachable");
      const isRefused = ending.code === TOO_BIG ||
        (ending.code >= REFUSED_FROM && ending.code < 5000);
      if (isRefused) return { kind: "refused", reason }; // SY45
      return retry(reason, ending.code === closeCodes.restarting ? afterMsOf(ending.reason) : 0);
    }
    case "version":
      return { kind: "refused", reason: "badVersion" };
    case "history-trimmed":
      return { kind: "refused", reason: "historyTrimmed" };
    case "misbehaves":
      // Full wait: a relay that is broken or hostile is not helped by haste.
      return retry("relayMisbehaves", spread);
    case "storage":
      return retry("storage");
    case "silent":
      return retry("unreachable");
  }
}

/** A draining relay spreads its clients: its reason may be a number of ms. */
function afterMsOf(reason: string): number {
  const match = /(\d{1,6})/.exec(reason);
  return match === null ? 0 : Math.min(Number(match[1]), limits.retryMsMax);
}
