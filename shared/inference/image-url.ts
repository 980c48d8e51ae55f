import type { PromptImage } from "./engine.ts";

/** Longer lists do not fit a call's arguments everywhere. */
const CHUNK_BYTES = 8_192;

/** A `data:` address with the image's bytes: the form in which chat protocols take one (IN24). */
export function imageUrl({ mimeType, bytes }: Pick<PromptImage, "bytes" | "mimeType">): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return `data:${mimeType};base64,${btoa(binary)}`;
}
