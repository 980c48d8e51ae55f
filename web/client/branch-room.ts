/**
 * Makes a local room of another room's talk up to one message; its code arrives when it is asked
 * for.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM68  A branch is a new room of this device alone, also one of a shared room; the other room is
 *         as it was, and nobody in it is told.
 *   RM69  Of a talk too long for one beginning a branch has the newest messages, and says how many
 *         are left out.
 */

import { err, ok } from "#shared/base/mod.ts";
import { fittingRoom, importedFounding, type RoomFileError } from "#shared/hosting/mod.ts";
import { branchedState } from "#shared/room/mod.ts";
import type { AppCommand } from "./app-client.ts";
import type { RoomAnswer, RoomCommandDeps } from "./room-commands.ts";

/** Resolves when the new room is durable, whole. Aborting cancels the wait. */
export async function branchRoom(
  { ids, feeds, index, offer }: Pick<RoomCommandDeps, "ids" | "feeds" | "index" | "offer">,
  command: Extract<AppCommand, { kind: "branch-room" }>,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  const feed = feeds.get(command.roomId);
  if (feed === undefined) return err({ kind: "not-found", what: "room" });
  const state = await feed.whole(signal);
  // What a newer program wrote cannot be gone on with.
  if (state.readerOnly !== undefined) return err({ kind: "room-read-only" });
  const branch = branchedState(state, command.seq);
  if (branch === undefined) return err({ kind: "not-found", what: "message" });
  const own = offer();
  const fitting = fittingRoom(branch, feed.device, own.device);
  if (!fitting.ok) return refused(fitting.error);
  const roomId = ids.next("rm");
  const { name } = command;
  const begun = { ...fitting.value.state, rules: state.rules };
  const entries = importedFounding({ name, recipe: state.recipe, state: begun }, roomId, own);
  if (!entries.ok) return refused(entries.error);
  const created = await index.create({ roomId, name }, entries.value, signal); // RM68
  const messagesLeftOut = branch.messages.length - fitting.value.messages; // RM69
  return created.ok ? ok({ kind: "room-created", roomId, messagesLeftOut }) : created;
}

function refused(error: RoomFileError): RoomAnswer {
  return error.kind === "room-file-too-large"
    ? err({ kind: "entry-too-large", bytes: error.bytes, bytesMax: error.bytesMax })
    : err({ kind: "storage-corrupt", detail: JSON.stringify(error) });
}
