/**
 * Ephemerals of one shared room: sends what this peer's personas are saying, and takes what others
 * send (D33).
 *
 * Owns the pace and the texts. Does not own the wire (the room's link) nor what is believed
 * (ephemeral-pack.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO26  At most one ephemeral leaves per room in `ephemeralMs`, the first at once; one that is
 *         lost is healed by the whole text that sessions tell again every 2 s.
 */

import { createLatch } from "../base/latch.ts";
import type { Clock } from "../ports/clock.ts";
import { decodeEphemeral } from "../protocol/ephemeral.ts";
import { hearEphemeral, packTexts, type SpokenTexts, takePart } from "./ephemeral-pack.ts";
import { hostingLimits as limits } from "./limits.ts";
import type { StreamFrame } from "./sessions/stream-frame.ts";
import type { RoomFeed } from "./room-feed.ts";

export interface EphemeralsDeps {
  readonly clock: Clock;
  readonly feed: Pick<RoomFeed, "roomId" | "device" | "state">;
  /** Hands an ephemeral to the link, which drops it while there is no connection. */
  readonly send: (body: unknown) => void;
  /** Part of what another peer's persona is saying. */
  readonly onFrame: (frame: StreamFrame) => void;
}

export interface Ephemerals {
  /** Sends until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
  /** Takes what a persona of this peer said. */
  take(frame: StreamFrame): void;
  /** Takes an opened ephemeral of `device`. */
  receive(device: string, body: unknown): void;
}

export function createEphemerals(deps: EphemeralsDeps): Ephemerals {
  const { clock, feed } = deps;
  const bell = createLatch();
  let spoken: SpokenTexts = new Map();
  let heard: ReadonlyMap<string, string> = new Map();

  return {
    async run(signal) {
      for (;;) {
        const packed = packTexts(spoken, feed.state(), feed.device);
        spoken = packed.texts;
        if (packed.body === undefined) {
          await bell.wait(signal);
        } else {
          deps.send(packed.body);
          await clock.sleep(limits.ephemeralMs, signal); // HO26
        }
      }
    },
    take(frame) {
      spoken = takePart(spoken, frame);
      bell.ring();
    },
    receive(device, body) {
      const ephemeral = decodeEphemeral(body);
      if (ephemeral === undefined || device === feed.device) return;
      const taken = hearEphemeral(heard, feed.state(), device, ephemeral);
      heard = taken.texts;
      for (const part of taken.heard) deps.onFrame({ ...part, roomId: feed.roomId });
    },
  };
}
