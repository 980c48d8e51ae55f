/** The end of rooms, in the tab where it was asked and at later starts; fetched when needed. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { AppCommand, CommandDone, CommandError } from "./app-client.ts";
import type { ClientDeps } from "./client-deps.ts";
import { finishHeldRooms } from "./held-rooms.ts";
import { clientLimits } from "./limits.ts";
import type { TabContext } from "./tab-context.ts";
import type { TabRooms } from "./tab-rooms.ts";

interface Tab {
  readonly deps: Pick<ClientDeps, "clock" | "drafts">;
  readonly context: TabContext;
  readonly rooms: Pick<TabRooms, "list">;
}

type Deletion = Extract<AppCommand, { readonly kind: "delete-room" | "hold-room" }>;

export async function runDeletion(
  tab: Tab,
  command: Deletion,
): Promise<Result<CommandDone, CommandError>> {
  const { context, rooms } = tab;
  const { index } = context.storage();
  if (command.kind === "hold-room") { // SY207
    const held = await index.hold(command.roomId, command.held, context.signal);
    await rooms.list();
    return held.ok ? ok({ kind: "done" }) : err(held.error);
  }
  const deleted = await index.delete(command.roomId, context.signal);
  if (deleted.ok) await forgetTyped(tab, command.roomId);
  await rooms.list();
  return deleted.ok ? ok({ kind: "done" }) : deleted;
}

/** Deletions that a page left half done (SY208). */
export async function finishDeletions(tab: Tab): Promise<void> {
  const { deps, context, rooms } = tab;
  const onGone = async (roomId: string): Promise<void> => {
    await forgetTyped(tab, roomId);
    await rooms.list();
  };
  const { index } = context.storage();
  const given = { index, clock: deps.clock, heldMs: clientLimits.heldRoomMs, onGone };
  const finished = await finishHeldRooms(given, context.signal);
  if (!finished.ok) context.report(finished.error, "background");
}

/** What was typed or attached in a room that is gone. */
async function forgetTyped({ deps, context }: Tab, roomId: string): Promise<void> {
  deps.drafts.write(roomId, "");
  deps.drafts.reply(roomId, undefined);
  const { imageDrafts } = context.storage();
  const kept = await imageDrafts.list(roomId, clientLimits.imageDraftsMax, context.signal);
  const ids = kept.ok ? kept.value.map(({ id }) => id) : [];
  if (ids.length > 0) await imageDrafts.remove(roomId, ids, context.signal);
}
