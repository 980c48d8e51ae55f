import { expect, test } from "vitest";
import { settleMicrotasks } from "../../testing/fakes/manual-clock.ts";
import { createIntakeGate } from "./intake-gate.ts";

const never = new AbortController().signal;

test("[HO137] who was woken together enters by rank, one at a time, and a failure is its own", async () => {
  const gate = createIntakeGate();
  const seen: string[] = [];
  const enter = (name: string, rank: number) =>
    gate.enter(rank, async () => {
      seen.push(`${name} in`);
      await settleMicrotasks();
      seen.push(`${name} out`);
      if (name === "b") throw new Error("b broke");
      return name;
    }, never).catch((error: unknown) => String(error));
  const all = [enter("a", 2), enter("b", 0), enter("c", 1), enter("d", 1)];
  expect(await Promise.all(all)).toEqual(["a", "Error: b broke", "c", "d"]);
  const order = ["b", "c", "d", "a"];
  expect(seen).toEqual(order.flatMap((name) => [`${name} in`, `${name} out`]));
  expect(await enter("e", 5)).toBe("e");
});

test("[HO122] [HO137] who stops waiting never enters, and holds nobody up", async () => {
  const gate = createIntakeGate();
  const stop = new AbortController();
  const entered: string[] = [];
  const enter = (name: string, signal: AbortSignal) =>
    gate.enter(0, async () => void entered.push(name), signal)
      .catch((reason: unknown) => reason);
  const all = [enter("a", never), enter("b", stop.signal), enter("c", never)];
  stop.abort("over");
  expect(await Promise.all(all)).toEqual([undefined, "over", undefined]);
  expect(entered).toEqual(["a", "c"]);
  expect(await enter("d", stop.signal)).toBe("over");
});
