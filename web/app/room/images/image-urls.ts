/**
 * Object addresses of images by hash, so that one that scrolls back into view is there at once.
 *
 * Owns the addresses; at the limit the one used longest ago is given back (`drop-oldest`): what an
 * element has drawn of it stays.
 */

import type { SaidImage } from "#shared/protocol/mod.ts";

/** 8 MB at most. */
const URLS_MAX = 32;

const urls = new Map<string, string>();

export function knownUrl(sha256: string): string | undefined {
  return urls.get(sha256);
}

export function imageUrlOf(
  { sha256, mimeType }: Pick<SaidImage, "mimeType" | "sha256">,
  bytes: Uint8Array<ArrayBuffer>,
): string {
  const url = urls.get(sha256) ?? URL.createObjectURL(new Blob([bytes], { type: mimeType }));
  urls.delete(sha256);
  urls.set(sha256, url);
  const [oldest] = urls;
  if (urls.size > URLS_MAX && oldest !== undefined) {
    urls.delete(oldest[0]);
    URL.revokeObjectURL(oldest[1]);
  }
  return url;
}
