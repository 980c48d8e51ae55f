/** A shared room's link to its relay as hosting and the client use it. */

import type { HistoryFork } from "../crypto/log-views.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Log } from "../ports/log.ts";
import type { PeerStore } from "../ports/peer-store.ts";
import type { Random } from "../ports/random.ts";
import type { StorageError } from "../ports/room-log.ts";
import type { SharedRoomKeys, SharedRoomStore } from "../ports/shared-room-store.ts";
import type { Transport } from "../ports/transport.ts";

/** What people are told about the connection; nothing else of it reaches a screen. */
export type LinkPhase =
  | { readonly phase: "connecting" }
  /** Everything up to the relay's head is here. */
  | { readonly phase: "live" }
  | { readonly phase: "catching-up"; readonly seq: number; readonly head: number }
  /** Tries again by itself after `retryMs`; `reason` is a close code's name or `unreachable`. */
  | { readonly phase: "offline"; readonly reason: string; readonly retryMs: number }
  /** Will not try again by itself: wrong key, other version, room full, replaced by another tab. */
  | { readonly phase: "refused"; readonly reason: string };

export interface LinkStatus {
  readonly link: LinkPhase;
  /** Devices with a socket now, this one included while live. */
  readonly present: readonly string[];
  /** Entries this device could not open, with why, newest last, at most 20. */
  readonly refused: readonly { readonly seq: number; readonly reason: string }[];
  /** Devices to which the relay showed another log; undefined for none. */
  readonly forks?: readonly HistoryFork[] | undefined;
  /** More of them, of which no more is known (CR40). */
  readonly otherForks?: number | undefined;
}

/** Where this device is in the log, and how much of what its relay keeps the log takes. */
export interface LogMark {
  /** The newest mirrored entry. */
  readonly seq: number;
  /** The opener's state exactly behind it, as others may have it. */
  readonly opener: string;
  /** What the relay holds, and may hold before it refuses `log-full`; never too few. */
  readonly entries: number;
  readonly entriesMax: number;
  readonly bytes: number;
  readonly bytesMax: number;
}

export interface RoomLinkDeps {
  readonly keys: SharedRoomKeys;
  readonly store: SharedRoomStore;
  readonly outbox: PeerStore;
  readonly crypto: Crypto;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Log;
  /** JSON of an opened ephemeral, and the device that sealed it. */
  readonly onEphemeral: (device: string, body: unknown) => void;
  readonly onStatus: (status: LinkStatus) => void;
  /** Storage failed (undefined: works again), or a row was refused for good. */
  readonly onProblem: (error: StorageError | RowRefused | undefined) => void;
  /** Whether the room ended in its log up to `seq` (SY165); absent where no person speaks. */
  readonly isClosed?: ((seq: number, signal: AbortSignal) => Promise<boolean>) | undefined;
}

/** A row the relay will never take, and forgotten: `text` is what a person said in it. */
export interface RowRefused {
  readonly kind: `relay-refused-${string}`;
  readonly text?: string;
}

export interface RoomLink {
  /** Connects, catches up, sends, and comes back after every loss, until `signal` aborts. */
  run(signal: AbortSignal): Promise<never>;
  /** A row may have been added to the room's outbox. */
  wake(): void;
  /** Try again now, or check the connection there is: the person asked, or the network changed. */
  retryNow(): void;
  /** Seals and sends when live, drops otherwise. At most 16 KiB of JSON. */
  sendEphemeral(body: unknown): void;
  status(): LinkStatus;
  /** What a writer makes a checkpoint from; undefined unless live and not healing (SY62). */
  mark(): LogMark | undefined;
}
