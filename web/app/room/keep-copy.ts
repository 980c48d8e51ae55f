/** A room of this device alone with what a shared room has, made before the shared one is left. */

import { readRoomFile, writeRoomFile } from "#shared/hosting/mod.ts";
import type { App } from "../app-context.ts";

/** A copy that stands, and how far it reaches. */
export interface MadeCopy {
  readonly roomId: string;
  readonly head: number;
}

export type CopyResult =
  | { readonly kind: "made"; readonly copy: MadeCopy }
  /** Not made: so many messages would be missing, and nobody agreed to that yet. */
  | { readonly kind: "shorter"; readonly messagesLeftOut: number }
  | { readonly kind: "failed" };

/** `agreed`: messages that may be missing. `before`: the copy of a try that ended after it. */
export async function keepCopy(
  app: Pick<App, "act" | "part">,
  roomId: string,
  agreed: number,
  before: MadeCopy | undefined,
): Promise<CopyResult> {
  if (await app.act({ kind: "read-earlier", roomId }) === undefined) return { kind: "failed" };
  // Meanwhile another room may be shown, or none: only what is this room, and all of it, will do.
  const shown = app.part.room.value;
  if (shown?.state.roomId !== roomId || shown.state.earlier !== undefined) {
    return { kind: "failed" };
  }
  const { state, device } = shown;
  const isThere = app.part.rooms.value.some((room) => room.roomId === before?.roomId);
  if (before?.head === state.head && isThere) return { kind: "made", copy: before };
  // Card files stay on this device with their personas; they need not go through the file.
  const written = writeRoomFile(state, device, app.part.device.value.id, new Map());
  if (!written.ok) return { kind: "failed" };
  const { bytes, messagesLeftOut } = written.value;
  if (messagesLeftOut > agreed) return { kind: "shorter", messagesLeftOut };
  const saved = readRoomFile(bytes);
  if (!saved.ok) return { kind: "failed" };
  const made = await app.act({ kind: "import-room", saved: saved.value });
  if (made?.kind !== "room-created") return { kind: "failed" };
  return { kind: "made", copy: { roomId: made.roomId, head: state.head } };
}
