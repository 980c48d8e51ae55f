/**
 * The models that a person brought to this device (IN59).
 *
 * Owns the list of this leader's term and its copy in the settings. Does not own the files.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError, ModelProfile } from "#shared/inference/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import {
  decodeBroughtModel,
  decodeBroughtModels,
  encodeBroughtModels,
} from "../adapters/brought-models.ts";
import { clientLimits } from "./limits.ts";

type Changed = Promise<Result<void, StorageError | EngineError>>;

export interface BroughtList {
  all(): readonly ModelProfile[];
  /** Why there are none, where the stored list is damaged. */
  readonly trouble: StorageError | undefined;
  /** Resolves when it is stored. One of the same id takes the place of the earlier. */
  add(profile: ModelProfile, signal: AbortSignal): Changed;
  /** Does nothing for a model that nobody brought. */
  remove(modelId: string, signal: AbortSignal): Changed;
}

/** A damaged list is no list: it is told by every change, and nothing takes its place. */
export function createBroughtList(
  stored: string | undefined,
  save: (
    key: "brought-models",
    value: string,
    signal: AbortSignal,
  ) => Promise<Result<void, StorageError>>,
): BroughtList {
  const read = stored === undefined ? [] : decodeBroughtModels(stored);
  let models = read ?? [];
  const change = async (next: readonly ModelProfile[], signal: AbortSignal): Changed => {
    if (read === undefined) return err(DAMAGED);
    const saved = await save("brought-models", encodeBroughtModels(next), signal);
    if (saved.ok) models = next;
    return saved;
  };
  return {
    all: () => models,
    trouble: read === undefined ? DAMAGED : undefined,
    async add(profile, signal) {
      const known = decodeBroughtModel(profile); // It may come from another tab's build.
      if (known === undefined) return err(refused("not a model that this app can run"));
      const others = models.filter(({ id }) => id !== known.id);
      if (others.length >= clientLimits.broughtModelsMax) {
        return err(refused(`${others.length} brought models are here already`));
      }
      return await change([...others, known], signal);
    },
    async remove(modelId, signal) {
      const others = models.filter(({ id }) => id !== modelId);
      return others.length === models.length ? ok(undefined) : await change(others, signal);
    },
  };
}

const DAMAGED: StorageError = { kind: "storage-corrupt", detail: "settings: brought-models" };

function refused(detail: string): EngineError {
  return { kind: "request-invalid", field: "model", detail };
}
