/**
 * Settings of this device: a few named values.
 *
 * Owns the `settings` rows. A value of the wrong type is reported corrupt, never replaced silently.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY20  A value that tabs race to make is made once: the first one stands for all.
 *   SY21  Every leader term is greater than all before it.
 */

import type { Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { CorruptRow } from "./storage-error.ts";
import type { Step, StoreTransaction } from "./store-transaction.ts";

export interface SettingValues {
  readonly "device-id": string;
  readonly "device-name": string;
  readonly "model-id": string;
  readonly "model-host": string;
  /** Addresses of model servers with their keys, as JSON (client/endpoints/endpoint.ts). */
  readonly "endpoints": string;
  /** A list of models as JSON (brought-models.ts). */
  readonly "brought-models": string;
  /** What was learned of each model (web/client/downloads/model-history.ts). */
  readonly "model-history": string;
  /** What the GPU gave when it was asked for memory (web/client/gpu-room.ts). */
  readonly "gpu-room": string;
  /** Why an earlier database is gone; written when it is found out, forgotten when it was seen. */
  readonly "data-loss": string;
}

export type SettingKey = keyof SettingValues;

export interface SettingsStore {
  read<K extends SettingKey>(
    key: K,
    signal: AbortSignal,
  ): Promise<Result<SettingValues[K] | undefined, StorageError>>;
  /** Several at once, in one transaction. */
  readAll<K extends SettingKey>(
    keys: readonly K[],
    signal: AbortSignal,
  ): Promise<Result<Partial<Pick<SettingValues, K>>, StorageError>>;
  /** Undefined forgets the value. */
  write<K extends SettingKey>(
    key: K,
    value: SettingValues[K] | undefined,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
  /** The stored value, or `proposed` once it is stored because there was none. */
  claim<K extends SettingKey>(
    key: K,
    proposed: SettingValues[K],
    signal: AbortSignal,
  ): Promise<Result<SettingValues[K], StorageError>>;
  /** The next leader term; stale leaders are known by their lower one. */
  nextLeaderTerm(signal: AbortSignal): Promise<Result<number, StorageError>>;
}

const LEADER_TERM = "leader-term";

/** Makes a handle on the settings of this device. */
export function createIdbSettings(database: ConclaveDatabase): SettingsStore {
  return {
    read: (key, signal) => database.read(["settings"], (tx) => readText(tx, key), signal),
    readAll(keys, signal) {
      return database.read(["settings"], function* (tx) {
        const values: Partial<Record<SettingKey, string>> = {};
        for (const key of keys) {
          const value = yield* readText(tx, key);
          if (value !== undefined) values[key] = value;
        }
        return values;
      }, signal);
    },
    write(key, value, signal) {
      // oxlint-disable-next-line require-yield -- a write waits for nothing
      return database.write(["settings"], function* (tx) {
        if (value === undefined) tx.delete("settings", key);
        else tx.put("settings", { key, value });
      }, signal);
    },
    claim(key, proposed, signal) {
      return database.write(["settings"], function* (tx) {
        const known = yield* readText(tx, key);
        if (known === undefined) tx.put("settings", { key, value: proposed });
        return known ?? proposed; // SY20
      }, signal);
    },
    nextLeaderTerm(signal) {
      return database.write(["settings"], function* (tx) {
        const last = (yield* readValue(tx, LEADER_TERM)) ?? 0;
        if (typeof last !== "number" || !Number.isSafeInteger(last)) {
          throw new CorruptRow(`settings: ${LEADER_TERM} is not a number`);
        }
        tx.put("settings", { key: LEADER_TERM, value: last + 1 }); // SY21
        return last + 1;
      }, signal);
    },
  };
}

function* readText(tx: StoreTransaction, key: SettingKey): Step<string | undefined> {
  const value = yield* readValue(tx, key);
  if (value === undefined || typeof value === "string") return value;
  throw new CorruptRow(`settings: ${key} is not text`);
}

function* readValue(tx: StoreTransaction, key: string): Step<unknown> {
  const row = yield* tx.get("settings", key);
  if (row === undefined) return undefined;
  if (typeof row === "object" && row !== null && "value" in row) return row.value;
  throw new CorruptRow(`settings: ${key} has no value`);
}
