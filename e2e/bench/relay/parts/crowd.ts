/**
 * Thousands of sockets: how fast they come in, what each costs while it is idle, and what becomes
 * of them when the network goes away and all come back at once.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Member, Place, Side } from "../clients/side.ts";
import { within } from "./closed-loop.ts";
import { residentBytesOf, watchCores } from "./process-use.ts";
import { fillRooms, leaveRooms } from "./rooms.ts";

export interface CrowdShape {
  /** Sockets of the crowd, in rooms of `roomMembers`; one more a room stays and sends. */
  readonly sockets: number;
  readonly roomMembers: number;
  readonly bodyBytes: number;
}

const BACK_MS_MAX = 120_000;
const HEARD_MS_MAX = 30_000;
/** Before a client that was turned away tries again, times 0.5 to 1.5, as the product does. */
const RETRY_MS = 500;
/** Memory is looked at until it falls no more. */
const REST_MS = 1_000;
const RESTS_MAX = 8;

export type CrowdSample = Awaited<ReturnType<typeof runCrowd>>;

export async function runCrowd(side: Side, shape: CrowdShape) {
  const roomCount = Math.floor(shape.sockets / shape.roomMembers);
  const count = roomCount * shape.roomMembers;
  /** Of each client: the numbers it got, in order. */
  const got: number[][] = Array.from({ length: count }, () => []);
  let missing = 0;
  let onAll = (): void => {};
  const eventsOf = (client: number) => ({
    onMessage(number: number) {
      got[client]?.push(number);
      if ((missing -= 1) === 0) onAll();
    },
    onAcked: () => undefined,
  });
  const nobody = { onMessage: () => undefined, onAcked: () => undefined };
  const { bodyBytes } = shape;
  const bytesBefore = residentBytesOf(side.pid);
  const stopWatch = watchCores(side.pid);
  const rooms = await fillRooms(
    side,
    { rooms: roomCount, members: shape.roomMembers + 1, bodyBytes, keepsPlace: true },
    (room, member) => member === 0 ? nobody : eventsOf(room * shape.roomMembers + member - 1),
  );
  const opened = stopWatch();
  const sockets = roomCount * (shape.roomMembers + 1);
  const idleBytes = await restingBytes(side.pid) - bytesBefore;

  const say = async (number: number, reaches: number): Promise<void> => {
    missing = reaches;
    const all = new Promise<void>((resolve) => onAll = resolve);
    for (const { members } of rooms) members[0]?.send(number);
    if (reaches === 0) return;
    // Who did not get it is counted below: lost is a figure here, not a failure.
    await within(all, HEARD_MS_MAX, "late").catch(() => undefined);
  };
  await say(1, count); // Everybody has a place from here on.
  const places = rooms.map(({ members }) => members.slice(1).map((member) => member.place()));
  for (const { members } of rooms) for (const member of members.slice(1)) member.cut();
  await say(2, 0);
  await sleep(REST_MS); // The message that everybody misses is taken.

  missing = side.resumes ? count : 0;
  const caughtUp = new Promise<void>((resolve) => onAll = resolve);
  const watchStorm = watchCores(side.pid);
  const startMs = performance.now();
  const back: Member[] = [];
  let attempts = 0;
  const comeBack = async (client: number): Promise<void> => {
    const [room, member] = [Math.floor(client / shape.roomMembers), client % shape.roomMembers];
    const place: Place = places[room]?.[member];
    while (performance.now() - startMs < BACK_MS_MAX) {
      attempts += 1;
      const joined = await rooms[room]?.join({
        ...{ index: member + 1, bodyBytes, events: eventsOf(client), place, keepsPlace: true },
      }).catch(() => undefined); // Turned away or late: it tries again.
      if (joined !== undefined) return void back.push(joined);
      await sleep(RETRY_MS * (0.5 + Math.random()));
    }
  };
  await Promise.all(Array.from({ length: count }, (_, client) => comeBack(client)));
  const backS = (performance.now() - startMs) / 1000;
  if (side.resumes) await within(caughtUp, HEARD_MS_MAX, "late").catch(() => undefined);
  const wholeS = (performance.now() - startMs) / 1000;
  const storm = watchStorm();
  await say(3, count);
  const isWhole = (numbers: readonly number[]): boolean => numbers.join() === "1,2,3";
  const lost = got.filter((numbers) => !isWhole(numbers)).length;
  leaveRooms(rooms);
  for (const member of back) member.cut();
  return {
    sockets,
    joinsPerS: sockets / opened.seconds,
    joinServerCores: opened.serverCores,
    joinClientCores: opened.clientCores,
    kibPerSocket: idleBytes / sockets / 1024,
    stormClients: count,
    stormBack: back.length,
    stormAttempts: attempts,
    stormBackS: backS,
    stormWholeS: wholeS,
    stormWithLoss: lost,
    stormServerCores: storm.serverCores,
    stormClientCores: storm.clientCores,
  };
}

/** Resident memory once it falls no more, or after a while. */
async function restingBytes(pid: number): Promise<number> {
  let least = residentBytesOf(pid);
  for (let look = 0; look < RESTS_MAX; look += 1) {
    await sleep(REST_MS);
    const bytes = residentBytesOf(pid);
    if (bytes >= least) return least;
    least = bytes;
  }
  return least;
}
