/**
 * Decides whether a prompt's images may reach a back end.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN22  Images are taken in a user's segment, by a model that sees, of known kinds, and within
 *         their limits of number and size; else the request is refused by the field `images`.
 */

import type { EngineError, PromptImage } from "./engine.ts";
import { inferenceLimits as limits } from "./limits.ts";

type Fields = Readonly<Record<string, unknown>>;

const KINDS: readonly unknown[] = ["image/jpeg", "image/png", "image/webp"];

/** `segments` have key, role and text; undefined when their images are sound. */
export function checkImages(
  segments: readonly Fields[],
  seesImages: boolean,
): EngineError | undefined {
  let count = 0;
  for (const [index, { role, images }] of segments.entries()) {
    if (images === undefined) continue;
    if (!seesImages) return problem("this model sees no images");
    if (role !== "user") return problem(`segment ${index} is not the user's`);
    if (!Array.isArray(images)) return problem(`segment ${index} has no list`);
    count += images.length;
    if (count > limits.imagesMax) return problem(`more than ${limits.imagesMax}`);
    if (!(images as readonly unknown[]).every(isImage)) return problem(`segment ${index}`);
  }
  return undefined;
}

/** Copies the known fields; the bytes stay where they are. */
export function pickImage({ sha256, mimeType, bytes }: PromptImage): PromptImage {
  return { sha256, mimeType, bytes };
}

function isImage(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { sha256, mimeType, bytes } = value as Fields;
  return typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) && KINDS.includes(mimeType) &&
    bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= limits.imageBytesMax;
}

function problem(detail: string): EngineError {
  return { kind: "request-invalid", field: "images", detail };
}
