/**
 * An open loop: messages are sent when a fixed clock says so, whatever became of those before, and
 * count from the moment they were due (coordinated omission corrected).
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Side } from "../clients/side.ts";
import { percentile } from "../figures.mjs";
import { within } from "./closed-loop.ts";
import { watchCores } from "./process-use.ts";
import { bytesOf, fillRooms, leaveRooms, type RoomsShape } from "./rooms.ts";

export interface ScheduleShape extends RoomsShape {
  /** Messages in all rooms together. */
  readonly perS: number;
  readonly warmMs: number;
  readonly windowMs: number;
}

/** How late a timer may wake us: what is due then was due before, and counts from there. */
const TICK_MS = 1;
const DRAIN_MS_MAX = 20_000;

export async function runOpenLoop(side: Side, shape: ScheduleShape) {
  const everyMs = 1_000 / shape.perS;
  const [warm, total] = [
    Math.round(shape.warmMs / everyMs),
    Math.round((shape.warmMs + shape.windowMs) / everyMs),
  ];
  const latenciesMs: number[] = [];
  let left = total * shape.members;
  let startMs = 0;
  let onDone = (): void => {};
  const done = new Promise<void>((resolve) => onDone = resolve);
  const rooms = await fillRooms(side, shape, () => ({
    onMessage(number) {
      if (number > warm) latenciesMs.push(performance.now() - startMs - number * everyMs);
      if ((left -= 1) === 0) onDone();
    },
    onAcked: () => undefined,
  }));

  startMs = performance.now();
  let watch:
    | { readonly before: ReturnType<typeof bytesOf>; stop: ReturnType<typeof watchCores> }
    | undefined;
  for (let number = 0; number < total;) {
    const due = Math.min(total, Math.floor((performance.now() - startMs) / everyMs));
    while (number < due) {
      number += 1;
      rooms[number % shape.rooms]?.members[0]?.send(number);
      if (number === warm) watch = { before: bytesOf(rooms), stop: watchCores(side.pid) };
    }
    await sleep(TICK_MS);
  }
  await within(done, DRAIN_MS_MAX, `${side.name}: ${left} deliveries never came`);
  if (watch === undefined) throw new Error("Cannot measure: nothing was sent to warm up");
  const [used, after] = [watch.stop(), bytesOf(rooms)];
  leaveRooms(rooms);
  return {
    deliveriesPerS: latenciesMs.length / used.seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p95Ms: percentile(latenciesMs, 0.95),
    p99Ms: percentile(latenciesMs, 0.99),
    bytesDownEach: (after.down - watch.before.down) / latenciesMs.length,
    bytesUpEach: (after.up - watch.before.up) / (total - warm),
    usPerDelivery: used.serverSeconds * 1e6 / latenciesMs.length,
    serverCores: used.serverCores,
    clientCores: used.clientCores,
  };
}
