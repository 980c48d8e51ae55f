/**
 * A room of this device alone with what a shared room has, made before the shared one is left.
 *
 * Owns which copies this page made of which rooms.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY277 Who kept a copy and did not leave gets no second one of the same, however often the
 *         dialog is opened in a page.
 */

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

type Copier = Pick<App, "act" | "part">;

/** The newest copy of each room; by the app, so that each page of a test has its own. */
const copies = new WeakMap<Copier, Map<string, MadeCopy>>();

/** The copy of a try to leave that ended after it, if it is here still (SY277). */
export function copyOf(app: Copier, roomId: string): MadeCopy | undefined {
  const copy = copies.get(app)?.get(roomId);
  return app.part.rooms.value.some((room) => room.roomId === copy?.roomId) ? copy : undefined;
}

/** `agreed`: messages that may be missing. */
export async function keepCopy(
  app: Copier,
  roomId: string,
  agreed: number,
): Promise<CopyResult> {
  if (await app.act({ kind: "read-earlier", roomId }) === undefined) return { kind: "failed" };
  // Meanwhile another room may be shown, or none: only what is this room, and all of it, will do.
  const shown = app.part.room.value;
  if (shown?.state.roomId !== roomId || shown.state.earlier !== undefined) {
    return { kind: "failed" };
  }
  const { state, device } = shown;
  const before = copyOf(app, roomId);
  if (before?.head === state.head) return { kind: "made", copy: before };
  // Card files stay on this device with their personas; they need not go through the file.
  const written = writeRoomFile(state, device, app.part.device.value.id, new Map());
  if (!written.ok) return { kind: "failed" };
  const { bytes, messagesLeftOut } = written.value;
  if (messagesLeftOut > agreed) return { kind: "shorter", messagesLeftOut };
  const saved = readRoomFile(bytes);
  if (!saved.ok) return { kind: "failed" };
  const made = await app.act({ kind: "import-room", saved: saved.value });
  if (made?.kind !== "room-created") return { kind: "failed" };
  const copy = { roomId: made.roomId, head: state.head };
  copies.set(app, new Map([...copies.get(app) ?? [], [roomId, copy]]));
  return { kind: "made", copy };
}
