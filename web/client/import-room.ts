/** Makes a local room of a saved one; its code arrives with the first file that is imported. */

import { err, ok } from "#shared/base/mod.ts";
import { importedFounding } from "#shared/hosting/mod.ts";
import type { AppCommand } from "./app-client.ts";
import type { RoomAnswer, RoomCommandDeps } from "./room-commands.ts";

/** Resolves when the room is durable, whole. Aborting cancels the wait. */
export async function importRoom(
  { ids, index, offer }: Pick<RoomCommandDeps, "ids" | "index" | "offer">,
  { saved }: Extract<AppCommand, { kind: "import-room" }>,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  const roomId = ids.next("rm");
  const entries = importedFounding(saved, roomId, offer());
  if (!entries.ok) {
    return err({ kind: "storage-corrupt", detail: JSON.stringify(entries.error) });
  }
  const created = await index.create({ roomId, name: saved.name }, entries.value, signal);
  return created.ok ? ok({ kind: "room-created", roomId }) : err(created.error);
}
