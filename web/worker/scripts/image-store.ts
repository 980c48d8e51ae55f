/**
 * Images of prompts between page and worker: each crosses once, by its hash from then on.
 *
 * Pure, and the same on both sides: the page remembers which hashes the worker holds, the worker
 * the images. At `imagesMax` the least recently used goes (`drop-oldest`), on either side alike.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN23  An image crosses from page to worker once while both remember it; one that the worker
 *         lacks is asked for, with its prompt, once.
 */

import type { PromptImage, PromptSegment } from "#shared/inference/mod.ts";
import { imageStoreLimits as limits } from "./limits.ts";

/** As it crosses: without bytes the worker is believed to hold it. */
export interface PackedImage extends Omit<PromptImage, "bytes"> {
  /** Index of its segment. */
  readonly segment: number;
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** Hashes, or hashes with what they name; the least recently used first. */
export type ImageStore<Value> = ReadonlyMap<string, Value>;

export const noImages: ImageStore<never> = new Map<string, never>();

export function keepImage<Value>(
  store: ImageStore<Value>,
  sha256: string,
  value: Value,
): ImageStore<Value> {
  const others = [...store].filter(([key]) => key !== sha256);
  return new Map([...others, [sha256, value] as const].slice(-limits.imagesMax));
}

export interface PackedImages {
  readonly images: readonly PackedImage[];
  /** What the worker holds once they have arrived. */
  readonly store: ImageStore<true>;
}

/** What of a prompt's images is to be sent; an empty store sends all of them whole. */
export function packImages(
  store: ImageStore<true>,
  segments: readonly PromptSegment[],
): PackedImages {
  let held = store;
  const images = segments.flatMap((one, segment) =>
    (one.images ?? []).map(({ sha256, mimeType, bytes }): PackedImage => {
      const isHeld = held.has(sha256);
      held = keepImage(held, sha256, true);
      return { segment, sha256, mimeType, bytes: isHeld ? undefined : bytes };
    })
  );
  return { images, store: held };
}

export type UnpackedImages =
  | {
    readonly kind: "whole";
    readonly images: ReadonlyMap<number, readonly PromptImage[]>;
    readonly store: ImageStore<Uint8Array<ArrayBuffer>>;
  }
  | { readonly kind: "missing"; readonly keys: readonly string[] }
  | { readonly kind: "malformed"; readonly detail: string };

/** The images by segment. Their fields are checked where the whole request is (IN22). */
export function unpackImages(
  store: ImageStore<Uint8Array<ArrayBuffer>>,
  packed: unknown,
): UnpackedImages {
  if (packed === undefined) return { kind: "whole", images: new Map(), store };
  if (!Array.isArray(packed) || !packed.every(isPacked)) {
    return { kind: "malformed", detail: "images" };
  }
  let held = store;
  const images = new Map<number, readonly PromptImage[]>();
  const keys: string[] = [];
  for (const { segment, sha256, mimeType, bytes: sent } of packed) {
    const bytes = sent ?? held.get(sha256);
    if (bytes === undefined) {
      keys.push(sha256);
      continue;
    }
    held = keepImage(held, sha256, bytes);
    images.set(segment, [...images.get(segment) ?? [], { sha256, mimeType, bytes }]);
  }
  return keys.length > 0 ? { kind: "missing", keys } : { kind: "whole", images, store: held };
}

function isPacked(value: unknown): value is PackedImage {
  if (typeof value !== "object" || value === null) return false;
  const { segment, sha256, bytes } = value as Readonly<Record<string, unknown>>;
  return Number.isSafeInteger(segment) && typeof sha256 === "string" &&
    (bytes === undefined || bytes instanceof Uint8Array);
}
