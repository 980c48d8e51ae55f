/**
 * The images that a room brings along when it is shared: its log stays behind, and they with it.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM56  Who shares a room offers its newest images anew, each once, at most `sharedImagesMax`;
 *         those that are gone or wrong here stay behind.
 */

import { encodeBase64Url } from "#shared/crypto/mod.ts";
import { readRoomImage } from "#shared/hosting/mod.ts";
import type { RoomLog } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { MessageImage, RoomState } from "#shared/room/mod.ts";
import { clientLimits } from "../limits.ts";

/** Blobs, the newest last. Aborting cancels the wait. */
export async function offersOfShown(
  log: Pick<RoomLog, "read">,
  { messages, blobs }: RoomState,
  signal: AbortSignal,
): Promise<readonly RoomEvent[]> {
  const byHash = new Map<string, MessageImage>();
  for (const image of messages.flatMap((one) => one.aside ? [] : one.images ?? [])) {
    byHash.delete(image.sha256); // Its newest place is its own.
    byHash.set(image.sha256, image);
  }
  const offers: RoomEvent[] = [];
  for (const image of [...byHash.values()].slice(-clientLimits.sharedImagesMax)) {
    const read = await readRoomImage(log, image, blobs, signal);
    const { sha256 } = image;
    if (read.ok) offers.push({ kind: "blob", sha256, data: encodeBase64Url(read.value) });
  }
  return offers;
}
