/** Throws a model's files away; where it was this device's choice, the starter takes its place. */

import type { Result } from "#shared/base/mod.ts";
import type { EngineService } from "#shared/hosting/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { BroughtList } from "./brought-list.ts";
import type { ModelShelf } from "./downloads/model-shelf.ts";
import type { LeaderPeerDeps } from "./leader-peer.ts";

export interface RemoveModelDeps extends Pick<LeaderPeerDeps, "saveChoice" | "starter"> {
  readonly engine: EngineService;
  readonly shelf: ModelShelf;
  readonly brought: BroughtList;
}

/** What storage refuses ends it there. */
export async function removeModel(
  { saveChoice, starter, engine, shelf, brought }: RemoveModelDeps,
  modelId: string,
  signal: AbortSignal,
): Promise<Result<void, StorageError | EngineError>> {
  if (engine.status().profile?.id === modelId) {
    // Else the next start would ask for what is gone.
    const saved = await saveChoice("model-id", starter.id, signal);
    if (!saved.ok) return saved;
    const wasStopped = engine.isStopped();
    engine.choose(starter);
    if (wasStopped) engine.stop(); // HO153
  }
  await shelf.remove(modelId);
  return await brought.remove(modelId, signal);
}
