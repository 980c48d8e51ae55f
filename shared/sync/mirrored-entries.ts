/** What stands in a mirrored entry, read before it is an event of the room. Pure. */

import type { MirroredEntry } from "../ports/shared-room-store.ts";
import { RELAY_AUTHOR } from "../protocol/relay-frames.ts";

/** Why a placeholder of healing does not open (SY48). */
export const PLACEHOLDER_REASON = "kind-reserved";

/** A `left` and the placeholders that stood for it are the same nothing. */
export function isSame(old: MirroredEntry, staged: MirroredEntry): boolean {
  return old.sealed === staged.sealed || (isVoid(old) && isVoid(staged));
}

export function isVoid({ entry: { body }, from }: MirroredEntry): boolean {
  return from === RELAY_AUTHOR || refusalOf(body) === PLACEHOLDER_REASON;
}

export function refusalOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("kind" in body)) return undefined;
  return body.kind === "refused" && "reason" in body ? String(body.reason) : undefined;
}

/** What a relay that has everything up to `head` may trim by; undefined for no checkpoint. */
export function coversOf(body: unknown, head: number): number | undefined {
  if (!isCheckpoint(body) || !("covers" in body)) return undefined;
  const { covers } = body;
  return Number.isSafeInteger(covers) && Number(covers) <= head ? Number(covers) : undefined;
}

export function isCheckpoint(body: unknown): body is { readonly kind: "checkpoint" } {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "checkpoint";
}
