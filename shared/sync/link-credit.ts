/**
 * What was taken in over one connection and not acknowledged yet. Pure.
 *
 * A relay needs acknowledgements for its window alone, so one for each message would cost it, and
 * a room's device that sleeps on Cloudflare, about as much as the message did.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY55  What was taken in is acknowledged when it makes a quarter of the relay's window, and
 *         always before the relay could have to wait for it; no earlier.
 */

import type { RelayEntry, RelayLimits } from "../protocol/relay-frames.ts";

/** Unacknowledged, so much of either is too much. */
export interface CreditDue {
  readonly entries: number;
  readonly bytes: number;
}

const WINDOW_SHARE = 1 / 4;
/** Until the relay has said how much it lets stand, nothing stands. */
const AT_ONCE: CreditDue = Object.freeze({ entries: 1, bytes: 1 });

export function creditDue(
  { windowEntriesMax, windowBytesMax, bodyBytesMax }: RelayLimits,
): CreditDue {
  // The relay waits when one more of any size would not fit; a body is base64url there.
  const largest = Math.ceil(bodyBytesMax * 4 / 3);
  const bytes = Math.min(windowBytesMax * WINDOW_SHARE, windowBytesMax - largest + 1);
  return {
    entries: Math.max(1, Math.floor(windowEntriesMax * WINDOW_SHARE)),
    bytes: Math.max(1, Math.floor(bytes)),
  };
}

export class LinkCredit {
  #due = AT_ONCE;
  #entries = 0;
  #bytes = 0;

  greeted(limits: RelayLimits): void {
    this.#due = creditDue(limits);
  }

  /** Whether what was taken in, with these, is to be acknowledged now; then it counts as done. */
  took(entries: readonly RelayEntry[]): boolean {
    this.#entries += entries.length;
    this.#bytes += entries.reduce((bytes, { body }) => bytes + body.length, 0);
    if (this.#entries < this.#due.entries && this.#bytes < this.#due.bytes) return false;
    this.#entries = 0;
    this.#bytes = 0;
    return true;
  }
}
