/**
 * The images that a prompt shows to a model that sees.
 *
 * Owns which, and where in the prompt. Does not own their bytes (room-images.ts), nor who may read
 * which message (window-lines.ts).
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL81  A model that sees is shown the images of the newest messages that its prompt may hold,
 *         within a share of its tokens; a message's older images are words alone (PL80).
 *   PL82  An image that is gone or wrong is not shown, and its prompt is made all the same.
 *   PL83  Only answers to the room's talk show images: no vote, decision or private work does.
 */

import { sha256Hex } from "../base/stable-key.ts";
import type { PromptImage, PromptSegment } from "../inference/engine.ts";
import { inferenceLimits } from "../inference/limits.ts";
import type { Layout } from "../personas/layout.ts";
import type { Log } from "../ports/log.ts";
import type { RoomLog } from "../ports/room-log.ts";
import type { MessageImage, RoomState } from "../room/room-state.ts";
import { hostingLimits as limits } from "./limits.ts";
import { readRoomImage } from "./room-images.ts";
import { windowMessages } from "./window-lines.ts";

/** The newest that fit, in the order they were shown; each once. */
export function imagesToShow(
  state: RoomState,
  turnNumber: number,
  personaId: string,
  tokensMax: number,
): readonly MessageImage[] {
  const turn = state.turns.get(turnNumber);
  if (turn === undefined || turn.vote !== undefined) return []; // PL83
  const budget = Math.floor(tokensMax * limits.imageShare / limits.imageTokens);
  const imagesMax = Math.min(inferenceLimits.imagesMax, budget);
  const byHash = new Map<string, MessageImage>();
  for (const message of windowMessages(state, turn, personaId).slice(-limits.imageLinesMax)) {
    for (const image of message.images ?? []) {
      byHash.delete(image.sha256); // Where it was shown last is its place.
      byHash.set(image.sha256, image);
    }
  }
  return imagesMax < 1 ? [] : [...byHash.values()].slice(-imagesMax); // PL81
}

export interface ReadImagesDeps {
  readonly logOf: (roomId: string) => Pick<RoomLog, "read">;
  readonly trace: Log;
}

/** Those of `images` that are there and whole. Aborting cancels the wait. */
export async function readImages(
  { logOf, trace }: ReadImagesDeps,
  { roomId, blobs }: RoomState,
  images: readonly MessageImage[],
  signal: AbortSignal,
): Promise<readonly PromptImage[]> {
  const read: PromptImage[] = [];
  for (const image of images) {
    const bytes = await readRoomImage(logOf(roomId), image, blobs, signal);
    const { sha256, mimeType } = image;
    if (bytes.ok) read.push({ sha256, mimeType, bytes: bytes.value });
    else trace.write("warn", "image-not-shown", { kind: bytes.error.kind }); // PL82
  }
  return read;
}

/** The prompt with `images` in its newest words of the user, and what they take. */
export function showImages(layout: Layout, images: readonly PromptImage[]): Layout {
  const at = layout.segments.findLastIndex((segment) => segment.role === "user");
  if (images.length === 0 || at < 0) return layout;
  return {
    ...layout,
    segments: layout.segments.map((segment, index) =>
      index === at ? withImages(segment, images) : segment
    ),
    tokensEstimated: layout.tokensEstimated + images.length * limits.imageTokens,
  };
}

/** Equal keys mean equal prompts: the images' hashes are in it. */
function withImages(segment: PromptSegment, images: readonly PromptImage[]): PromptSegment {
  const hashes = images.map(({ sha256 }) => sha256);
  const key = sha256Hex([segment.key, ...hashes].join("\n")).slice(0, 24);
  return { ...segment, key, images };
}
