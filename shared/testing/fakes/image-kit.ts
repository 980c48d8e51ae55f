/** Images for tests of what surrounds them: a whole header, and no picture behind it. */

import { sha256HexOf } from "../../base/stable-key.ts";
import { encodeBase64Url } from "../../crypto/base64url.ts";
import type { SaidImage } from "../../protocol/events.ts";

/** Bytes that begin as a JPEG of this size does; `fill` tells images of one size apart. */
export function jpegBytes(
  width: number,
  height: number,
  fill = 0,
  bytesCount = 64,
): Uint8Array<ArrayBuffer> {
  const sides = [height >> 8, height & 255, width >> 8, width & 255];
  const comment = [0xff, 0xfe, 0, 4, fill, fill];
  const head = [0xff, 0xd8, ...comment, 0xff, 0xc0, 0, 17, 8, ...sides, 3];
  const bytes = new Uint8Array(bytesCount).fill(fill);
  bytes.set(head);
  return bytes;
}

export function saidImage(
  bytes: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  alt = "",
): SaidImage {
  const sha256 = sha256HexOf(bytes);
  return { sha256, mimeType: "image/jpeg", bytes: bytes.length, width, height, alt };
}

export function blobEvent(bytes: Uint8Array<ArrayBuffer>) {
  return { kind: "blob", sha256: sha256HexOf(bytes), data: encodeBase64Url(bytes) } as const;
}
