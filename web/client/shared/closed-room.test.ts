import { expect, test } from "vitest";
import type { RoomFeed } from "#shared/hosting/mod.ts";
import { emptyState } from "#shared/room/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock, settleMicrotasks } from "#shared/testing/fakes/manual-clock.ts";
import { clientLimits } from "../limits.ts";
import { isClosedRoom } from "./closed-room.ts";

const closed = { to: "there", covers: 1, sealKey: "", boxes: [], seq: 3, device: "dv_ada" };

function setup() {
  const clock = new ManualClock();
  let state = { ...emptyState(), head: 2 };
  const observers = new Set<() => void>();
  const feed: Partial<RoomFeed> = {
    state: () => state,
    subscribe(onChange) {
      observers.add(onChange);
      return { [Symbol.dispose]: () => void observers.delete(onChange) };
    },
  };
  const feeds = { get: (roomId: string) => roomId === "room" ? feed as RoomFeed : undefined };
  const fold = (change: Partial<typeof state>): void => {
    state = { ...state, ...change };
    for (const observer of observers) observer();
  };
  return {
    clock,
    fold,
    ask: (seq: number) => isClosedRoom({ feeds, clock }, "room", seq, noAbort),
  };
}

test("[SY165] whether a room moved is told of the log up to the place asked for", async () => {
  const { fold, ask } = setup();
  expect(await ask(2)).toBe(false);
  const later = ask(3);
  fold({ head: 3, closed });
  expect(await later).toBe(true);
});

test("[SY165] a log that is not folded in time keeps nobody from talking", async () => {
  const { clock, ask } = setup();
  const late = ask(9);
  await settleMicrotasks();
  await clock.advance(clientLimits.foldMsMax);
  expect(await late).toBe(false);
});
