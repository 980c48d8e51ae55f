/**
 * Finds the bytes of a message's image in the room's log, and believes nothing about them.
 *
 * Owns the check. Does not own where they are (room/fold-blobs.ts), nor what is kept of them.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM50  Bytes are an image of a message only if their hash, length, kind and size are those that
 *         the message names; others are refused by name, and the next offer of the hash is tried.
 *   RM51  A size is read from the bytes and bounded before anything decodes them.
 */

import { err, ok, type Result } from "../base/result.ts";
import { sha256HexOf } from "../base/stable-key.ts";
import { decodeBase64Url } from "../crypto/base64url.ts";
import type { RoomLog, StorageError } from "../ports/room-log.ts";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import type { SaidImage } from "../protocol/events.ts";
import { readJpegSize } from "../protocol/jpeg-size.ts";
import { protocolLimits } from "../protocol/limits.ts";
import type { BlobState, MessageImage } from "../room/room-state.ts";
import { hostingLimits as limits } from "./limits.ts";

export type ImageError =
  | StorageError
  /** No entry of this log holds it any more, or yet. */
  | { readonly kind: "image-gone" }
  | {
    readonly kind: "image-wrong";
    readonly field: "data" | "bytes" | "mimeType" | "sha256" | "size";
  };

/** `blobs` are the room's: offers beside the author's own. Aborting cancels the wait. */
export async function readRoomImage(
  log: Pick<RoomLog, "read">,
  image: MessageImage,
  blobs: readonly BlobState[],
  signal: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>, ImageError>> {
  let wrong: ImageError = { kind: "image-gone" };
  for (const seq of placesOf(image, blobs)) {
    const page = await log.read(seq - 1, 1, signal);
    if (!page.ok) return page;
    // Of a trimmed log it may be a later entry: whatever it is, it is checked.
    const event = decodeRoomEvent(page.value[0]?.body);
    if (!event.ok || event.value.kind !== "blob") continue;
    const checked = checkImage(image, event.value.data);
    if (checked.ok) return checked;
    wrong = checked.error;
  }
  return err(wrong);
}

/** Its author's offer first, then anybody's, the newest first. */
function placesOf(image: MessageImage, blobs: readonly BlobState[]): readonly number[] {
  const others = blobs.filter((one) => one.sha256 === image.sha256 && one.seq !== image.seq)
    .map((one) => one.seq).reverse();
  return [...image.seq === undefined ? [] : [image.seq], ...others].slice(0, limits.imageTriesMax);
}

/** The bytes of base64url text, if they are those of `image`. */
export function checkImage(
  image: SaidImage,
  data: string,
): Result<Uint8Array<ArrayBuffer>, ImageError> {
  const wrong = (field: Extract<ImageError, { kind: "image-wrong" }>["field"]) =>
    err({ kind: "image-wrong", field } as const);
  const bytes = decodeBase64Url(data);
  if (bytes === undefined) return wrong("data");
  if (bytes.length !== image.bytes || bytes.length > protocolLimits.imageBytesMax) {
    return wrong("bytes");
  }
  const size = readJpegSize(bytes);
  if (size === undefined) return wrong("mimeType");
  const { width, height } = size;
  const isSaid = width === image.width && height === image.height;
  const isBounded = Math.max(width, height) <= protocolLimits.imageEdgeMax; // RM51
  if (!isSaid || !isBounded) return wrong("size");
  return sha256HexOf(bytes) === image.sha256 ? ok(bytes) : wrong("sha256"); // RM50
}
