import { expect, test } from "vitest";
import { createLatch } from "./latch.ts";

const never = (): AbortSignal => new AbortController().signal;

test("[BA11] a ring between check and wait makes the next wait return at once", async () => {
  const latch = createLatch();
  latch.ring();
  latch.ring();
  await latch.wait(never());
  // Two rings before a wait counted as one: the next wait waits.
  const second = latch.wait(never());
  let isWoken = false;
  void second.then(() => isWoken = true);
  await Promise.resolve();
  expect(isWoken).toBe(false);
  latch.ring();
  await second;
});

test("[BA11] one ring wakes everybody who waits, and latches nothing then", async () => {
  const latch = createLatch();
  const waits = [latch.wait(never()), latch.wait(never())];
  latch.ring();
  await Promise.all(waits);
  const controller = new AbortController();
  const later = latch.wait(controller.signal);
  controller.abort("done");
  await expect(later).rejects.toBe("done");
});

test("[BA11] an aborted wait rejects with the reason and loses no later ring", async () => {
  const latch = createLatch();
  const controller = new AbortController();
  const wait = latch.wait(controller.signal);
  controller.abort("left");
  await expect(wait).rejects.toBe("left");
  await expect(latch.wait(controller.signal)).rejects.toBe("left");
  latch.ring();
  await latch.wait(never());
});
