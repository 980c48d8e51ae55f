/** What a person may ask about the devices of a shared room, and what comes back. */

import type { HistoryCode, HistoryFork } from "#shared/crypto/mod.ts";

/** What a fork is called among those of its room. */
export const forkKey = ({ device, epochTag }: Pick<HistoryFork, "device" | "epochTag">): string =>
  `${device}:${epochTag}`;

export type PeopleAsk =
  | { readonly kind: "device"; readonly device: string }
  /** The codes were read out and were the same; `fingerprint` is the one that was shown. */
  | { readonly kind: "matches"; readonly device: string; readonly fingerprint: string }
  /** It was not, or a person takes that back. */
  | { readonly kind: "differs"; readonly device: string }
  | { readonly kind: "compared" }
  /** Words of what this device has up to the entry `upTo`, or all of it. */
  | { readonly kind: "history"; readonly upTo?: number | undefined }
  /** Which forks a person has dismissed, by {@link forkKey}. */
  | { readonly kind: "forks-seen" }
  | { readonly kind: "dismiss-fork"; readonly fork: string };

export interface DeviceCheck {
  readonly kind: "device";
  /** 40 hex characters; undefined while its keys have not come. */
  readonly fingerprint?: string | undefined;
  /** The code of it and this device; undefined for this device itself, or without keys. */
  readonly code?: {
    readonly wordIndexes: readonly number[];
    readonly digitGroups: readonly string[];
  } | undefined;
  /** The first and the newest entry of it that this device has; undefined for none. */
  readonly firstAtMs?: number | undefined;
  readonly lastAtMs?: number | undefined;
  readonly compared: Comparison;
}

export interface HistoryCheck extends HistoryCode {
  readonly kind: "history";
}

/**
 * What this device remembers of a comparison. `changed`: it was compared with other keys than it
 * has now.
 */
export type Comparison =
  | { readonly kind: "none" }
  | { readonly kind: "same"; readonly atMs: number }
  | { readonly kind: "changed"; readonly atMs: number };

export type PeopleReply =
  | DeviceCheck
  | { readonly kind: "noted" }
  | HistoryCheck
  | { readonly kind: "forks-seen"; readonly forks: readonly string[] }
  /** Every device that was compared, by its id. */
  | { readonly kind: "compared"; readonly devices: Readonly<Record<string, Comparison>> };
