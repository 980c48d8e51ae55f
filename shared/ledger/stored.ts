/**
 * Persistence that does not give up: a store call is repeated until the store answers.
 *
 * Owns the waiting and the report of trouble. Does not own what is written.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG16  A failing store loses no end: the call is repeated with growing waits until it works, and
 *         the trouble is reported when it begins and when it is over.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { Clock } from "../ports/clock.ts";
import type { StorageError } from "../ports/room-log.ts";
import type { LedgerLimits } from "./limits.ts";

const storageKinds = [
  "storage-full",
  "storage-denied",
  "storage-corrupt",
  "storage-failed",
  "storage-lost",
];

/** True when nothing was changed and the same call may work later. */
export function isStorageError(error: { readonly kind: string }): error is StorageError {
  return storageKinds.includes(error.kind);
}

export interface StoredDeps {
  readonly clock: Clock;
  readonly limits: LedgerLimits;
  /** Called with the error when a store begins to fail, with undefined when it works again. */
  readonly onTrouble: (error: StorageError | undefined) => void;
}

/** Repeats `call` until it ends otherwise than by a storage error. Aborting cancels the wait. */
export async function untilStored<T, E extends { readonly kind: string }>(
  deps: StoredDeps,
  call: () => Promise<Result<T, E>>,
  signal: AbortSignal,
): Promise<Result<T, Exclude<E, StorageError>>> {
  const { storageRetryMsMin, storageRetryMsMax } = deps.limits;
  for (let tries = 0;; tries += 1) {
    signal.throwIfAborted();
    const result = await call();
    if (result.ok) {
      if (tries > 0) deps.onTrouble(undefined);
      return ok(result.value);
    }
    const { error } = result;
    if (!isStorageError(error)) {
      if (tries > 0) deps.onTrouble(undefined);
      // The type guard leaves no storage error here; the compiler does not narrow a generic by it.
      return err(error as Exclude<E, StorageError>);
    }
    if (tries === 0) deps.onTrouble(error);
    const waitMs = Math.min(storageRetryMsMin * 2 ** tries, storageRetryMsMax);
    await deps.clock.sleep(waitMs, signal);
  }
}
