/**
 * Several relay processes on one store, as one of them sees the others.
 *
 * A port. What it tells is a hint: the store has the truth, and a room looks there (RL112).
 */

import type { Result } from "#shared/base/mod.ts";
import type { StoreError } from "./relay-store.ts";

/** What a process hears of a room from the others. Any of it may be lost, late, or come twice. */
export type ClusterNews =
  /** The log or who sits where has changed. */
  | { readonly kind: "changed" }
  | { readonly kind: "eph"; readonly from: string; readonly body: string };

/** Where devices sit, by living processes. */
export interface Seats {
  readonly here: ReadonlySet<string>;
  readonly elsewhere: ReadonlySet<string>;
}

export interface Cluster {
  /**
   * Makes this process known as living. Resolves with true when no other lives. Rejects when
   * aborted.
   */
  begin(signal: AbortSignal): Promise<boolean>;
  /** Hears of a room until disposed; never of what this process itself did. */
  follow(room: string, onNews: (news: ClusterNews) => void): Disposable;
  /**
   * The epoch of a room whose log has no entry yet: the first proposal for all processes, kept for
   * a while.
   */
  agreeEpoch(room: string, proposed: string): Promise<Result<string, StoreError>>;
  seats(room: string): Promise<Result<Seats, StoreError>>;
  /** The newest to sit down has the device's seat; who had it before hears `changed`. */
  sit(room: string, device: string): Promise<Result<void, StoreError>>;
  /** Gives a seat back, if it is still this process's. */
  rise(room: string, device: string): Promise<Result<void, StoreError>>;
  /** Tells the others; nothing waits for it. */
  tell(room: string, news: ClusterNews): void;
  /** The others took this process for dead: its seats are gone. */
  onGivenUp(listener: () => void): Disposable;
  /** Gives all seats back. */
  close(): Promise<void>;
}
