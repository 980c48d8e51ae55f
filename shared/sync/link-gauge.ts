/**
 * How much of what its relay keeps a log takes, over one connection.
 *
 * The relay does not tell when it trims: until the next connection the log seems larger than it is.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY62  The mark is the newest mirrored place with the opener's state exactly there, and never
 *         fewer entries and bytes than the relay holds; there is one only while live.
 */

import type { RelayEntry, RelayLimits } from "../protocol/relay-frames.ts";
import { linkLimits as limits } from "./link-limits.ts";
import type { LinkEffect } from "./link-session.ts";
import type { LogMark } from "./room-link-types.ts";

export class LogGauge {
  #limits: RelayLimits | undefined;
  #floor = 1;
  #joinedHead = 0;
  #bytes = 0;

  greeted(relayLimits: RelayLimits): void {
    this.#limits = relayLimits;
  }

  joined({ floor, head, bytes }: Extract<LinkEffect, { kind: "joined" }>): void {
    this.#floor = floor;
    this.#joinedHead = head;
    this.#bytes = bytes;
  }

  took(entries: readonly RelayEntry[]): void {
    for (const { seq, body } of entries) {
      if (seq > this.#joinedHead) this.#bytes += body.length;
    }
  }

  /** Undefined when the opener holds so much unfinished that no checkpoint should carry it. */
  mark(place: { readonly seq: number; readonly opener: string } | undefined): LogMark | undefined {
    if (this.#limits === undefined || place === undefined) return undefined;
    if (place.opener.length > limits.markOpenerCharsMax) return undefined;
    const { seq, opener } = place;
    const { entriesMax, logBytesMax: bytesMax } = this.#limits;
    return {
      seq,
      opener,
      entries: seq - this.#floor + 1,
      entriesMax,
      bytes: this.#bytes,
      bytesMax,
    };
  }
}
