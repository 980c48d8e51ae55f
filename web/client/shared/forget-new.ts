import { ok, type Result } from "#shared/base/mod.ts";
import type { CommandError } from "../app-client.ts";
import type { SharedCommandDeps } from "./shared-command.ts";

/** Forgets rooms that `roomId` was to become, except `kept`: another mover was first, or none. */
export async function forgetNew(
  deps: SharedCommandDeps,
  roomId: string,
  kept: string | undefined,
  signal: AbortSignal,
): Promise<Result<void, CommandError>> {
  const listed = await deps.index.list(signal);
  if (!listed.ok) return listed;
  for (const one of listed.value) {
    if (one.movingFrom !== roomId || one.roomId === kept) continue;
    const deleted = await deps.index.delete(one.roomId, signal);
    if (!deleted.ok) return deleted;
    deps.rooms.forget(one.roomId);
  }
  await deps.relist();
  return ok(undefined);
}
