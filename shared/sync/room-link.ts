/**
 * A shared room's link to its relay: connects, catches up, sends, and comes back after every loss.
 *
 * Owns the life of the connections, the page's sealer and what people are told. One per shared
 * room, in the leader alone (D29).
 *
 * Rules (shared/SPEC.md, section SY): SY44, SY45, and
 *   SY57  What people are told follows the connection, and every loss but a refusal is tried again.
 */

import { assert } from "../base/assert.ts";
import type { MonotonicMs } from "../base/brands.ts";
import { createLatch } from "../base/latch.ts";
import { raceFirst } from "../base/race.ts";
import { openerStateForOthers } from "../crypto/opener-state.ts";
import { deriveRoom, type RoomKeys, roomSecretOf } from "../crypto/room-keys.ts";
import { createSealer, type Sealer } from "../crypto/sealer.ts";
import type { StorageError } from "../ports/room-log.ts";
import { type Connection, createConnection } from "./link-connection.ts";
import { linkLimits as limits } from "./link-limits.ts";
import { decideNext } from "./link-retry.ts";
import type { LinkPhase, LinkStatus, RoomLink, RoomLinkDeps } from "./room-link-types.ts";

const encoder = new TextEncoder();

export function createRoomLink(deps: RoomLinkDeps): RoomLink {
  const { keys, clock } = deps;
  const random = deps.random.fork(`link ${keys.roomId}`);
  const again = createLatch();
  let status: LinkStatus = { link: { phase: "connecting" }, present: [], refused: [] };
  let connection: Connection | undefined;
  let room: RoomKeys | undefined;
  let sealer: Sealer | undefined;
  let isLive = false;
  let liveSince: MonotonicMs | undefined;
  let isStorageBroken = false;

  const show = (change: Partial<LinkStatus>): void => {
    status = { ...status, ...change };
    deps.onStatus(status);
  };
  const noteStorage = (error: StorageError | undefined): void => {
    if (error === undefined && !isStorageBroken) return;
    isStorageBroken = error !== undefined;
    deps.onProblem(error);
  };
  const sealerOf = (): Sealer => {
    if (room?.access !== "write") throw new Error("Cannot seal: the link is read-only");
    sealer ??= createSealer(deps.crypto, room, keys.device);
    return sealer;
  };

  const connect = (own: RoomKeys): Connection =>
    createConnection({
      ...deps,
      room: own,
      sealer: sealerOf,
      replaceSealer: () => sealer = undefined,
      onPhase(link, present) {
        isLive = link.phase === "live";
        if (isLive) liveSince ??= clock.now();
        show({ link, present });
        if (isLive && keys.access === "read") noteStorage(undefined);
      },
      onStorageWorks: () => noteStorage(undefined),
      onStorageProblem: noteStorage,
      onRefused: (code, row) =>
        deps.onProblem({ kind: `relay-refused-${code}`, ...textOf(row.entry.body) }),
      onForks({ forks, others }) { // SY162
        deps.trace.write("warn", "history-forked", { devices: forks.length + others.length });
        show({ forks, otherForks: others.length });
      },
      onEntryRefused: (seq, reason) =>
        show({ refused: [...status.refused, { seq, reason }].slice(-limits.refusedKept) }),
    });

  /** Waits `waitMs`, or for a person; without `waitMs` for a person alone. */
  const wait = async (waitMs: number | undefined, signal: AbortSignal): Promise<void> => {
    const asked = (inner: AbortSignal): Promise<void> => again.wait(inner);
    const time = (inner: AbortSignal): Promise<void> => clock.sleep(waitMs ?? 0, inner);
    await raceFirst(waitMs === undefined ? [asked] : [asked, time], signal);
  };

  return {
    async run(signal) {
      const own = await deriveRoom(deps.crypto, roomSecretOf(keys));
      assert(
        own.roomId === keys.roomId,
        `Cannot link ${keys.roomId}: its secret is another room's`,
      );
      room = own;
      let failures = 0;
      for (;;) {
        signal.throwIfAborted();
        show({ link: { phase: "connecting" }, present: [] });
        liveSince = undefined;
        connection = connect(own);
        const ending = await connection.run(signal).finally(() => {
          connection = undefined;
          isLive = false;
        });
        // A replay that never ends is no healthy connection.
        const liveMs = liveSince === undefined ? 0 : clock.now() - liveSince;
        failures = liveMs >= limits.healthyMs ? 0 : failures + 1;
        deps.trace.write("info", "link-ended", { kind: ending.kind, failures });
        const next = decideNext(ending, failures, random.next());
        const link: LinkPhase = next.kind === "refused"
          ? { phase: "refused", reason: next.reason }
          : { phase: "offline", reason: next.reason, retryMs: next.waitMs };
        show({ link, present: [] }); // SY57
        await wait(next.kind === "refused" ? undefined : next.waitMs, signal);
      }
    },
    wake: () => connection?.wake(),
    retryNow() {
      if (connection === undefined) again.ring();
      else connection.checkNow();
    },
    sendEphemeral(body) {
      if (!isLive || keys.access === "read") return;
      const bytes = encoder.encode(JSON.stringify(body)).length;
      if (bytes <= limits.ephemeralBytesMax) connection?.sendEphemeral(sealerOf(), body);
    },
    status: () => status,
    mark() {
      const mark = keys.access === "read" ? undefined : connection?.mark();
      return mark && { ...mark, opener: openerStateForOthers(mark.opener, keys.roomId) };
    },
  };
}

/** What a person said must not be lost with its row (SY53). */
function textOf(body: unknown): { readonly text?: string } {
  if (typeof body !== "object" || body === null || !("kind" in body)) return {};
  return body.kind === "say" && "text" in body ? { text: String(body.text) } : {};
}
