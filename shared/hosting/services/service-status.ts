/**
 * What is told of the persona services of a device: shapes only, plain data that crosses tabs.
 *
 * A service is one persona in one room on this device. Every persona of every room that the device
 * looks after has a status, also one that it does not take: then it says why.
 */

import type { EpochMs } from "../../base/brands.ts";

/**
 * skipped: this device does not take her, `skips` says why. planned: it will, when her room is up
 * to date and she is free. bootstrapped: assigned here, her service started. primed: her session is
 * open and her intake works; the engine is not ready. serving: an engine answered with a real
 * token. restarting: her service failed and comes back at `retryAt`. finished: her service ended
 * because she is no longer hosted here. failed: only a person helps, `failure` says what failed.
 * aborted: broken off on purpose.
 */
export const servicePhases = [
  "skipped",
  "planned",
  "bootstrapped",
  "primed",
  "serving",
  "restarting",
  "finished",
  "failed",
  "aborted",
] as const;
export type ServicePhase = (typeof servicePhases)[number];

/** What of a service failed. */
export const serviceFailureKinds = [
  /** No model is chosen, or it cannot be what she needs. */
  "profile",
  /** Her room cannot be read, or the ledger cannot be asked for too long. */
  "runtime",
  /** The engine could not load the model. */
  "adapter",
  /** It loaded, and gave no token. */
  "warm-up",
  /** Her session's log cannot be opened. */
  "session",
  /** An answer was made and not stored within its time. */
  "post",
  /** A broken invariant. */
  "defect",
] as const;
export type ServiceFailureKind = (typeof serviceFailureKinds)[number];

export interface ServiceFailure {
  readonly kind: ServiceFailureKind;
  /** Kind of the error below it, such as `storage-full`; never shown alone. */
  readonly detail: string;
}

/** Why this device does not take a persona. Every reason is told, not the first. */
export type SkipReason =
  /** Another device hosts her. */
  | { readonly kind: "held-elsewhere"; readonly device: string }
  /** This device may only read the room. */
  | { readonly kind: "read-only" }
  /** Her owner allows only other devices. */
  | { readonly kind: "not-allowed" }
  /** This device hosts only its own personas. */
  | { readonly kind: "hosts-own-only" }
  /** No model is chosen here. */
  | { readonly kind: "no-model" }
  /** She needs another model than the one here. */
  | { readonly kind: "model-missing"; readonly modelId: string }
  | {
    readonly kind: "context-too-small";
    readonly tokensNeeded: number;
    readonly tokensMax: number;
  }
  /** What she would take, the model included when nobody else uses it, is more than is free. */
  | { readonly kind: "memory-budget"; readonly bytesNeeded: number; readonly bytesFree: number }
  /** The engine, or her service, failed here: she is left to others. */
  | { readonly kind: "failed-here" };

/** How her attempts on this device ended, since the page or process began. */
export interface ServiceCounters {
  readonly replied: number;
  /** She chose to say nothing, or voted. */
  readonly silent: number;
  /** Deferred, merged, withdrawn: not by her doing. */
  readonly skipped: number;
  readonly errored: number;
}

/** Of finished phases; `minMs` and `maxMs` are absent while `count` is 0. */
export interface LatencySum {
  readonly count: number;
  readonly totalMs: number;
  readonly minMs?: number | undefined;
  readonly maxMs?: number | undefined;
}

export interface ServiceLatencies {
  /** Finding what her prompt needs of older lines. */
  readonly retrieval: LatencySum;
  /** From the prompt to the end of the answer. */
  readonly inference: LatencySum;
  /** From the answer to its being durable. */
  readonly post: LatencySum;
}

export interface ServiceRestart {
  readonly at: EpochMs;
  /** The start that ended, counted from 1. */
  readonly generation: number;
  readonly failure: ServiceFailure;
}

export interface ServiceStatus {
  readonly roomId: string;
  readonly persona: string;
  readonly phase: ServicePhase;
  /** Grows with every change of her status; equal revisions of a persona are equal statuses. */
  readonly revision: number;
  /** Of phases failed and restarting. */
  readonly failure?: ServiceFailure | undefined;
  /** Of phase restarting: when she comes back. */
  readonly retryAt?: EpochMs | undefined;
  /** Of phase aborted. */
  readonly reason?: string | undefined;
  /** Why this device does not take her; empty when it does. */
  readonly skips: readonly SkipReason[];
  readonly counters: ServiceCounters;
  readonly latencies: ServiceLatencies;
  /** Starts of her service on this device; 0 before the first. */
  readonly generation: number;
  /** Its failures, the newest last, bounded. */
  readonly restarts: readonly ServiceRestart[];
}

/** How a boot went: `attempted` is hosted, failed and still pending together. */
export interface BootReport {
  readonly attempted: number;
  /** Phase serving. */
  readonly hosted: number;
  /** On their way; 0 when the boot is over. */
  readonly pending: number;
  readonly skipped: readonly {
    readonly roomId: string;
    readonly persona: string;
    readonly reasons: readonly SkipReason[];
  }[];
  readonly failed: readonly {
    readonly roomId: string;
    readonly persona: string;
    readonly failure: ServiceFailure;
  }[];
}

export const noCounters: ServiceCounters = Object.freeze({
  replied: 0,
  silent: 0,
  skipped: 0,
  errored: 0,
});

export const noLatency: LatencySum = Object.freeze({ count: 0, totalMs: 0 });

export const noLatencies: ServiceLatencies = Object.freeze({
  retrieval: noLatency,
  inference: noLatency,
  post: noLatency,
});
