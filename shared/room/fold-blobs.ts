/** Where the bytes of images are, inside the fold: places only (RM46 to RM48). Rules: fold.ts. */

import { IMAGE_RULES_MIN, type RoomEvent, type SaidImage } from "../protocol/events.ts";
import { type Draft, type EntryContext, ignore } from "./draft.ts";
import { roomLimits } from "./limits.ts";
import type { MessageImage } from "./room-state.ts";

export function foldBlob(
  draft: Draft,
  { seq, device }: EntryContext,
  { sha256 }: Extract<RoomEvent, { kind: "blob" }>,
): void {
  if (draft.rules < IMAGE_RULES_MIN) return ignore(draft, seq, "rules-older"); // RM46
  if (!draft.devices.has(device)) return ignore(draft, seq, "device-unknown");
  // Of each device only the newest: a later one that holds something else harms its own alone.
  const others = draft.blobs.filter((one) => one.device !== device || one.sha256 !== sha256);
  draft.blobs = [...others, { sha256, device, seq }].slice(-roomLimits.blobsMax); // RM48
}

/** The images of a message that counts now; undefined for none. */
export function placedImages(
  draft: Draft,
  { device }: EntryContext,
  images: readonly SaidImage[] | undefined,
): readonly MessageImage[] | undefined {
  if (images === undefined || draft.rules < IMAGE_RULES_MIN) return undefined; // RM46
  return images.map((image) => {
    const found = draft.blobs.find((one) =>
      // RM47
      one.device === device && one.sha256 === image.sha256
    );
    return found === undefined ? image : { ...image, seq: found.seq };
  });
}
