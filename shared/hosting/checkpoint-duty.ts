/**
 * Checkpoint duty: offers checkpoints of one shared room, and compares those of others.
 *
 * Owns since when one is due, on this device's clock, and what was compared. Does not own the
 * decisions (checkpoint-step.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO34  Of the devices that are there, one of rank k by id offers it k x 30 s after it became
 *         due.
 *   HO35  A checkpoint of another device that differs from the state folded here is disputed, once.
 *   HO36  No checkpoint and no dispute is offered while one waits in the outbox.
 */

import type { MonotonicMs } from "../base/brands.ts";
import { createLatch, type Latch } from "../base/latch.ts";
import { raceFirst } from "../base/race.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { PeerStore } from "../ports/peer-store.ts";
import type { AppendError } from "../ports/room-log.ts";
import type { RoomEvent } from "../protocol/events.ts";
import type { CheckpointState } from "../room/room-state.ts";
import type { LogMark } from "../sync/room-link-types.ts";
import {
  checkpointAt,
  checkpointWaitMs,
  disputeOf,
  isCheckpointDue,
  toCompare,
} from "./checkpoint-step.ts";
import { hostingLimits as limits } from "./limits.ts";
import type { RoomFeed } from "./room-feed.ts";
import { keyOfEvent, waitingKeys } from "./waiting-steps.ts";

export interface CheckpointDutyDeps {
  readonly feed: RoomFeed;
  readonly device: string;
  readonly clock: Clock;
  readonly trace: Log;
  readonly store: Pick<PeerStore, "outbox">;
  /** Where the room's link is; undefined while it is not live. */
  readonly mark: () => LogMark | undefined;
  /** False where this device may only read. */
  readonly canWrite: () => boolean;
  readonly onProblem: (error: AppendError) => void;
}

export interface CheckpointDuty {
  /** Runs until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
  /** Something besides the room's state changed, such as the link. */
  wake(): void;
}

/**
 * A loop of its own: an append waits until the relay took it, and in a full log nothing is taken
 * before a checkpoint.
 */
export function createCheckpointDuty(deps: CheckpointDutyDeps): CheckpointDuty {
  const { feed, device, clock } = deps;
  const bell = createLatch();
  let dueSince: MonotonicMs | undefined;
  /** Checkpoints whose verdict is known, by seq and hash: a new epoch may reuse a seq. */
  let compared: ReadonlySet<string> = new Set();

  /** Resolves to when to look again though nothing changed, if ever. */
  const compare = async (signal: AbortSignal): Promise<number | undefined> => {
    const { checkpoints } = feed.state();
    compared = new Set(checkpoints.map(keyOf).filter((key) => compared.has(key)));
    for (const checkpoint of toCompare(feed.state(), device)) {
      if (compared.has(keyOf(checkpoint))) continue;
      const past = await feed.stateAt(checkpoint.covers, signal);
      const dispute = past && disputeOf(checkpoint, past); // HO35
      if (dispute !== undefined) {
        deps.trace.write("warn", "checkpoint-differs", { seq: checkpoint.seq });
        if (!await say(deps, dispute, signal)) return limits.retryMsMax;
      }
      compared = new Set([...compared, keyOf(checkpoint)]);
    }
    return undefined;
  };

  const offer = async (mark: LogMark, signal: AbortSignal): Promise<number | undefined> => {
    const state = feed.state();
    const waitMs = checkpointWaitMs(state, device);
    if (waitMs === undefined || !isCheckpointDue(state, mark)) {
      dueSince = undefined;
      return undefined;
    }
    dueSince ??= clock.now();
    const leftMs = waitMs - (clock.now() - dueSince);
    if (leftMs > 0) return leftMs; // HO34
    const event = checkpointAt(state, mark);
    if (event !== undefined) await say(deps, event, signal);
    else if (state.head === mark.seq) deps.trace.write("warn", "checkpoint-too-large", {});
    return limits.retryMsMax;
  };

  const look = async (signal: AbortSignal): Promise<number | undefined> => {
    const mark = deps.mark();
    if (mark === undefined || !feed.isCaughtUp() || !deps.canWrite()) {
      dueSince = undefined;
      return undefined;
    }
    // Before any dispute: it would wait in a full log, too.
    return await offer(mark, signal) ?? await compare(signal);
  };

  return {
    wake: () => bell.ring(),
    async run(signal) {
      using _changes = feed.subscribe(() => bell.ring());
      for (;;) {
        signal.throwIfAborted();
        const againMs = await look(signal);
        await waitFor(deps, bell, againMs, signal);
      }
    },
  };
}

/** Appends unless it waits already; false when it must be tried again. */
async function say(
  { store, feed, onProblem }: CheckpointDutyDeps,
  event: RoomEvent,
  signal: AbortSignal,
): Promise<boolean> {
  const rows = await store.outbox(feed.roomId, limits.outboxLookRowsMax, signal);
  if (!rows.ok) {
    onProblem(rows.error);
    return false;
  }
  if (waitingKeys(rows.value).includes(keyOfEvent(event))) return false; // HO36
  const appended = await feed.append(event, signal);
  if (!appended.ok) onProblem(appended.error);
  return appended.ok;
}

async function waitFor(
  { clock }: CheckpointDutyDeps,
  bell: Latch,
  againMs: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (againMs === undefined) return await bell.wait(signal);
  await raceFirst([(inner) => bell.wait(inner), (inner) => clock.sleep(againMs, inner)], signal);
}

function keyOf({ seq, stateHash }: CheckpointState): string {
  return `${seq} ${stateHash}`;
}
