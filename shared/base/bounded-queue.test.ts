import { expect, test } from "vitest";
import { Defect } from "./assert.ts";
import { createBoundedQueue, type FullPolicy } from "./bounded-queue.ts";

const never = (): AbortSignal => new AbortController().signal;

test.each<[FullPolicy, unknown, readonly number[]]>([
  ["refuse", { kind: "full", itemsMax: 2 }, [1, 2]],
  ["drop-oldest", { kind: "dropped", item: 1 }, [2, 3]],
  ["drop-newest", { kind: "dropped", item: 3 }, [1, 2]],
])("[BA14] a full queue with policy %s says what happened", (whenFull, pushed, left) => {
  const queue = createBoundedQueue<number>({ itemsMax: 2, whenFull });
  queue.push(1);
  expect(queue.push(2)).toEqual({ kind: "added" });
  expect(queue.push(3)).toEqual(pushed);
  expect([queue.tryTake(), queue.tryTake(), queue.tryTake()]).toEqual([...left, undefined]);
});

test("[BA14] take waits for an item; aborting cancels the wait and loses no item", async () => {
  const queue = createBoundedQueue<string>({ itemsMax: 1, whenFull: "refuse" });
  const taken = queue.take(never());
  queue.push("a");
  await expect(taken).resolves.toBe("a");
  const controller = new AbortController();
  const second = queue.take(controller.signal);
  controller.abort("left");
  await expect(second).rejects.toBe("left");
  queue.push("b");
  await expect(queue.take(never())).resolves.toBe("b");
  expect(queue.size).toBe(0);
});

test("[BA14] a queue without room is a defect", () => {
  expect(() => createBoundedQueue({ itemsMax: 0, whenFull: "refuse" })).toThrow(Defect);
});
