/**
 * A shared room's link that fetches its code and keys when it is run (the leader tab only, D29).
 *
 * Owns what is said of the connection until the real link says it. Does not own sockets, sealing or
 * the order of rows: that is the link's (shared/sync).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY94  A link without its code says offline and tries again; one that this browser cannot work
 *         for says refused, and harms no other room.
 */

import { createLatch, raceFirst, raceSignal } from "#shared/base/mod.ts";
import type { Clock, Log, PeerStore, Random, Transport } from "#shared/ports/mod.ts";
import type { LinkStatus, RoomLink, RoomLinkDeps } from "#shared/sync/mod.ts";
import { clientLimits } from "../limits.ts";
import type { SharedRooms } from "./shared-rooms.ts";

export interface LazyLink extends RoomLink {
  /** The room's keys have changed: connect anew with those that are stored. */
  restart(): void;
}

export interface LazyLinkDeps extends Pick<RoomLinkDeps, "isClosed" | "onEphemeral" | "onProblem"> {
  readonly roomId: string;
  readonly rooms: SharedRooms;
  readonly outbox: PeerStore;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Log;
  readonly onStatus: () => void;
}

const connecting: LinkStatus = {
  link: { phase: "connecting" },
  present: [],
  refused: [],
};

export function createLazyLink(deps: LazyLinkDeps): LazyLink {
  const { roomId, rooms, clock } = deps;
  const bell = createLatch();
  let inner: RoomLink | undefined;
  let shown = connecting;
  let turn = new AbortController();

  const show = (status: LinkStatus): void => {
    shown = status;
    deps.onStatus();
  };

  /** The code, the keys and the store; undefined when they must be asked for again. */
  const open = async (signal: AbortSignal): Promise<RoomLink | "hopeless" | undefined> => {
    const kit = await raceSignal(rooms.kit(), signal);
    if (!kit.ok && kit.error.kind === "crypto-unfit") { // SY94
      show({ ...connecting, link: { phase: "refused", reason: kit.error.kind } });
      return "hopeless";
    }
    if (!kit.ok) return undefined;
    const store = await raceSignal(rooms.store(), signal);
    const keys = await rooms.load(roomId, signal, "anew");
    if (!store.ok || !keys.ok) return undefined;
    if (keys.value === undefined) return "hopeless"; // Deleted: this link is about to end.
    return kit.value.createLink({
      ...deps,
      keys: keys.value,
      store: store.value,
      onStatus: show,
    });
  };

  const runTurn = async (signal: AbortSignal): Promise<never> => {
    for (;;) {
      const opened = await open(signal);
      if (opened === undefined) {
        const retryMs = clientLimits.kitRetryMs;
        show({ ...connecting, link: { phase: "offline", reason: "unreachable", retryMs } });
        await raceFirst([(lost) => clock.sleep(retryMs, lost), (lost) => bell.wait(lost)], signal);
      } else if (opened === "hopeless") {
        await raceSignal(new Promise<never>(() => undefined), signal);
      } else {
        inner = opened;
        return await opened.run(signal);
      }
    }
  };

  return {
    async run(signal) {
      for (;;) {
        signal.throwIfAborted();
        turn = new AbortController();
        try {
          return await runTurn(AbortSignal.any([signal, turn.signal]));
        } catch (error) { // What `restart` aborted with; everything else is the caller's.
          if (signal.aborted || !turn.signal.aborted) throw error;
        } finally {
          inner = undefined;
          shown = connecting;
        }
      }
    },
    wake: () => inner?.wake(),
    retryNow() {
      bell.ring();
      inner?.retryNow();
    },
    sendEphemeral: (body) => inner?.sendEphemeral(body),
    status: () => shown,
    mark: () => inner?.mark(),
    restart: () => turn.abort("the room's keys changed"),
  };
}
