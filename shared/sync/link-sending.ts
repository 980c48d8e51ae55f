/** What sending a row and healing share: one append at a time, and what may become of it. */

import type { Latch } from "../base/latch.ts";
import { raceFirst } from "../base/race.ts";
import type { Result } from "../base/result.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { Clock } from "../ports/clock.ts";
import type { OutboxRecord, PeerStore, SealedPart } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import type { Intake } from "./link-intake.ts";
import { linkLimits as limits } from "./link-limits.ts";
import type { LinkEffect } from "./link-session.ts";
import type { RoomLinkDeps } from "./room-link-types.ts";

export type Answer = Extract<LinkEffect, { kind: "ok" | "no" }>;

/** Why sending ends: storage, a relay that does not answer, or one that answers what is not so. */
export type SendError =
  | StorageError
  | { readonly kind: "silent" }
  | { readonly kind: "misbehaves"; readonly detail: string };

export interface SenderDeps {
  readonly roomId: string;
  readonly clock: Clock;
  readonly outbox: PeerStore;
  /** The page's sealer; another one after a sealing was lost, which may have introduced us. */
  readonly sealer: () => Sealer;
  readonly replaceSealer: () => void;
  /** The outbox could be read: storage works. */
  readonly onStorageWorks: () => void;
  readonly onRefused: (code: string, row: OutboxRecord) => void;
  readonly isClosed?: RoomLinkDeps["isClosed"];
}

/** A part on its way; `author` when it is another device's, offered again. */
export interface OutgoingPart extends SealedPart {
  readonly author?: string;
  /** Of a checkpoint's parts: what the relay may trim by, and whether it goes on after this. */
  readonly covers?: number;
  readonly more?: true;
}

/** What healing shares with sending. */
export interface Sending {
  readonly deps: SenderDeps;
  readonly intake: Intake;
  readonly mirrored: Latch;
  /** Tries again for as long as the relay says so; with `yields` not after a `log-full`. */
  readonly send: (
    part: OutgoingPart,
    signal: AbortSignal,
    yields?: boolean,
  ) => Promise<Result<Answer, SendError>>;
}

/** Undefined when it took longer than an honest relay does. */
export function inTime<T extends {}>(
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const late = async (inner: AbortSignal): Promise<undefined> => {
    await clock.sleep(limits.answerMsMax, inner);
    return undefined;
  };
  return raceFirst<T | undefined>([work, late], signal);
}

/** A sealing that is not kept may have introduced us: then another sealer must. */
export async function orReplace<T>(
  deps: SenderDeps,
  seal: (keep: () => void) => Promise<T>,
): Promise<T> {
  let isKept = false;
  try {
    return await seal(() => isKept = true);
  } finally {
    if (!isKept) deps.replaceSealer();
  }
}
