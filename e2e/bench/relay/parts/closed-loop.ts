/**
 * A closed loop: a fixed number of messages under way, over all rooms in turn. A message is under
 * way until everybody in its room has it and, where the side answers, its sender has the answer.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Side } from "../clients/side.ts";
import { percentile } from "../figures.mjs";
import { watchCores } from "./process-use.ts";
import { bytesOf, fillRooms, leaveRooms, type RoomsShape } from "./rooms.ts";

export interface LoopShape extends RoomsShape {
  readonly inFlight: number;
  readonly warmMs: number;
  readonly windowMs: number;
}

/** After a window: what is under way ends, or the run has failed. */
const DRAIN_MS_MAX = 20_000;

export async function runClosedLoop(side: Side, shape: LoopShape) {
  const { rooms: roomCount, members: memberCount, inFlight } = shape;
  /** By number: answers and deliveries still to come, and when it was sent. */
  const owed = new Map<number, { left: number; readonly atMs: number }>();
  const owedEach = memberCount + (side.acknowledges ? 1 : 0);
  const tally = { done: 0, delivered: 0, latenciesMs: [] as number[] };
  let last = 0;
  let isStopping = false;
  let onDrained = (): void => {};

  const send = (): void => {
    const number = last += 1;
    owed.set(number, { left: owedEach, atMs: performance.now() });
    rooms[number % roomCount]?.members[0]?.send(number);
  };
  const settle = (number: number): void => {
    const message = owed.get(number);
    if (message === undefined) throw new Error(`${side.name} brought message ${number} twice`);
    message.left -= 1;
    if (message.left > 0) return;
    owed.delete(number);
    tally.done += 1;
    tally.latenciesMs.push(performance.now() - message.atMs);
    if (!isStopping) send();
    else if (owed.size === 0) onDrained();
  };
  const rooms = await fillRooms(side, shape, () => ({
    onMessage(number) {
      tally.delivered += 1;
      settle(number);
    },
    onAcked: settle,
  }));

  for (let index = 0; index < inFlight; index += 1) send();
  await sleep(shape.warmMs);
  Object.assign(tally, { done: 0, delivered: 0, latenciesMs: [] });
  const [before, stopWatch] = [bytesOf(rooms), watchCores(side.pid)];
  await sleep(shape.windowMs);
  const [taken, used, after] = [{ ...tally }, stopWatch(), bytesOf(rooms)];
  isStopping = true;
  const drained = new Promise<void>((resolve) => onDrained = resolve);
  if (owed.size > 0) await within(drained, DRAIN_MS_MAX, `${side.name}: ${owed.size} never came`);
  leaveRooms(rooms);
  return {
    perS: taken.done / used.seconds,
    deliveriesPerS: taken.delivered / used.seconds,
    p50Ms: percentile(taken.latenciesMs, 0.5),
    p99Ms: percentile(taken.latenciesMs, 0.99),
    /** Server's processor time for one message at one member, its part of taking it included. */
    usPerDelivery: used.serverSeconds * 1e6 / taken.delivered,
    bytesDownEach: (after.down - before.down) / taken.delivered,
    bytesUpEach: (after.up - before.up) / taken.done,
    serverCores: used.serverCores,
    clientCores: used.clientCores,
  };
}

/** Rejects with `reason` when the promise takes longer. */
export async function within<T>(promise: Promise<T>, ms: number, reason: string): Promise<T> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(reason);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
