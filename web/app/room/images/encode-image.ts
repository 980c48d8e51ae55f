/**
 * Makes of a person's picture what a room takes: one JPEG of at most 250 KiB, upright, on white,
 * without anything else that its file said, such as where it was taken (D41).
 *
 * Owns the search for a size that fits. The browser decodes and scales off the main thread.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { protocolLimits as limits } from "#shared/protocol/mod.ts";
import { readFileSize } from "./file-size.ts";

export type EncodeRefusal =
  | { readonly kind: "image-file-kind" }
  | { readonly kind: "image-file-large"; readonly bytesMax: number }
  | { readonly kind: "image-file-pixels"; readonly pixelsMax: number }
  /** Damaged, or moved since it was chosen. */
  | { readonly kind: "image-file-unreadable" }
  | { readonly kind: "image-wont-fit" };

const encodeLimits = Object.freeze({
  /** A photograph of a telephone has 4 to 12 MB. */
  fileBytesMax: 32 * 1024 * 1024,
  /** Decoded 256 MB; the largest telephones take 50 million. */
  pixelsMax: 64_000_000,
});

/** Longest edge and quality, in the order in which they are tried. */
const TRIES: readonly (readonly [edge: number, quality: number])[] = [
  [limits.imageEdgeMax, 0.86],
  [limits.imageEdgeMax, 0.72],
  [1_152, 0.72],
  [896, 0.66],
  [640, 0.6],
  [448, 0.5],
];

export async function encodeImage(
  file: Blob,
): Promise<Result<Uint8Array<ArrayBuffer>, EncodeRefusal>> {
  const { fileBytesMax: bytesMax, pixelsMax } = encodeLimits;
  if (file.size > bytesMax) return err({ kind: "image-file-large", bytesMax });
  const head = await bytesOf(file);
  if (head === undefined) return err({ kind: "image-file-unreadable" });
  const size = readFileSize(head);
  if (size === undefined) return err({ kind: "image-file-kind" });
  if (size.width * size.height > pixelsMax) return err({ kind: "image-file-pixels", pixelsMax });
  const decoded = await decode(file);
  if (decoded === undefined) return err({ kind: "image-file-unreadable" });
  try {
    for (const [edge, quality] of TRIES) {
      const bytes = await draw(decoded, edge, quality);
      if (bytes.length <= limits.imageBytesMax) return ok(bytes);
    }
    return err({ kind: "image-wont-fit" });
  } finally {
    decoded.close();
  }
}

async function decode(file: Blob): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch { // InvalidStateError: the bytes behind the header are damaged.
    return undefined;
  }
}

async function draw(
  image: ImageBitmap,
  edge: number,
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const scale = Math.min(1, edge / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height]
    .map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("Cannot draw an image: there is no 2D canvas");
  context.fillStyle = "#fff"; // What was transparent: a JPEG has no such thing.
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Uint8Array(await blob.arrayBuffer());
}

async function bytesOf(file: Blob): Promise<Uint8Array | undefined> {
  return await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => undefined, // NotReadableError, the one thing that reading a file rejects with.
  );
}
