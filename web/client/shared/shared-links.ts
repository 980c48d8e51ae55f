/**
 * The links of the leader tab: one for each shared room (D29).
 *
 * Owns which rooms have a link, and what is told of all of them. The peer runs each with its room
 * (shared/hosting); links of other tabs do not exist.
 */

import type { RoomFeeds } from "#shared/hosting/mod.ts";
import type { Clock, Log, PeerStore, Random, StorageError, Transport } from "#shared/ports/mod.ts";
import type { LinkPhase, LinkStatus, RoomLink, RowRefused } from "#shared/sync/mod.ts";
import type { CommandError } from "../app-client.ts";
import { isClosedRoom } from "./closed-room.ts";
import { createLazyLink, type LazyLink } from "./lazy-link.ts";
import type { SharedRooms } from "./shared-rooms.ts";

/** One shared room's connection, as the leader tells the other tabs. */
export interface SharedLinkStatus extends LinkStatus {
  readonly roomId: string;
}

export interface SharedLinksDeps {
  readonly feeds: Pick<RoomFeeds, "get">;
  readonly rooms: SharedRooms;
  readonly store: PeerStore;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Log;
  readonly onEphemeral: (roomId: string, device: string, body: unknown) => void;
  /** Some link's status changed; `isNewPhase` when it is another phase than before. */
  readonly onStatus: (isNewPhase: boolean) => void;
  /** Told once for each failure of another kind than the room's last. */
  readonly onProblem: (error: CommandError) => void;
}

export interface SharedLinks {
  /** The room's link, made at the first call; undefined for a local room. */
  of(roomId: string): RoomLink | undefined;
  statuses(): readonly SharedLinkStatus[];
  /** Tries every broken connection again, or the one of `roomId`. */
  retryNow(roomId?: string): void;
  restart(roomId: string): void;
  drop(roomId: string): void;
}

export function createSharedLinks(deps: SharedLinksDeps): SharedLinks {
  const links = new Map<string, LazyLink>();

  const make = (roomId: string): LazyLink => {
    let phase: LinkPhase["phase"] = "connecting";
    let trouble: string | undefined;
    const link = createLazyLink({
      ...deps,
      roomId,
      outbox: deps.store,
      isClosed: (seq, signal) => isClosedRoom(deps, roomId, seq, signal),
      onEphemeral: (device, body) => deps.onEphemeral(roomId, device, body),
      onStatus() {
        const before = phase;
        phase = link.status().link.phase;
        deps.onStatus(phase !== before);
      },
      onProblem(error) {
        // Each message that was refused is told with its own text.
        const isNews = error !== undefined && (error.kind !== trouble || "text" in error);
        if (isNews) deps.onProblem(toCommandError(error));
        trouble = error?.kind;
      },
    });
    return link;
  };

  return {
    of(roomId) {
      if (deps.rooms.get(roomId) === undefined) return undefined;
      const link = links.get(roomId) ?? make(roomId);
      links.set(roomId, link);
      return link;
    },
    statuses: () => [...links].map(([roomId, link]) => ({ ...link.status(), roomId })),
    retryNow(roomId) {
      for (const [id, link] of links) {
        if (roomId === undefined || id === roomId) link.retryNow();
      }
    },
    restart: (roomId) => links.get(roomId)?.restart(),
    drop: (roomId) => void links.delete(roomId),
  };
}

/** What a relay refused for good ends in the relay's own name for why. */
function toCommandError(error: StorageError | RowRefused): CommandError {
  switch (error.kind) {
    case "storage-full":
    case "storage-denied":
    case "storage-corrupt":
    case "storage-failed":
    case "storage-lost":
      return error;
    default: {
      const { kind, text } = error;
      const reason = kind.replace(/^relay-refused-/, "");
      return { kind: "relay-refused", reason, ...text === undefined ? {} : { text } };
    }
  }
}
