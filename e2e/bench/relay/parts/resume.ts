/** How fast somebody who was away gets what was said meanwhile. */

import type { Side } from "../clients/side.ts";
import { within } from "./closed-loop.ts";
import { watchCores } from "./process-use.ts";
import { fillRooms, leaveRooms } from "./rooms.ts";

export interface ResumeShape {
  readonly entries: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
}

const WAIT_MS_MAX = 120_000;

export async function runResume(side: Side, { entries, inFlight, bodyBytes }: ResumeShape) {
  let heard = 0;
  let written = 0;
  let onFirst = (): void => {};
  let onWritten = (): void => {};
  const first = new Promise<void>((resolve) => onFirst = resolve);
  const all = new Promise<void>((resolve) => onWritten = resolve);
  const send = (): void => rooms[0]?.members[0]?.send(written += 1);
  let settled = 0;
  /** The writer hears itself last: then the message is stored, if it ever is. */
  const settle = (number: number): void => {
    if (number === 0) return;
    settled += 1;
    if (settled === entries) onWritten();
    else if (written < entries) send();
  };
  const rooms = await fillRooms(
    side,
    { rooms: 1, members: 2, bodyBytes, keepsPlace: true },
    (_room, member) => ({
      onMessage: member === 0 ? settle : onFirst,
      onAcked: () => undefined,
    }),
  );
  const [writer, reader] = rooms[0]?.members ?? [];
  writer?.send(0);
  await within(first, WAIT_MS_MAX, `${side.name}: the first message never came`);
  const place = reader?.place();
  reader?.cut();
  for (let index = 0; index < inFlight; index += 1) send();
  await within(all, WAIT_MS_MAX, `${side.name}: ${entries - settled} were not taken`);

  let onHeard = (): void => {};
  const heardAll = new Promise<void>((resolve) => onHeard = resolve);
  const stopWatch = watchCores(side.pid);
  const back = await rooms[0]?.join({
    ...{ index: 1, bodyBytes, place },
    events: {
      onMessage(number) {
        heard += 1;
        if (number !== heard) throw new Error(`${side.name}: ${number} came as the ${heard}th`);
        if (heard === entries) onHeard();
      },
      onAcked: () => undefined,
    },
  });
  await within(heardAll, WAIT_MS_MAX, `${side.name}: ${entries - heard} never came`);
  const used = stopWatch();
  leaveRooms(rooms);
  back?.cut();
  return {
    entriesPerS: entries / used.seconds,
    serverCores: used.serverCores,
    clientCores: used.clientCores,
  };
}
