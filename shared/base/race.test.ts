import { expect, test } from "vitest";
import { raceFirst, raceSignal } from "./race.ts";

/** A signal that counts its listeners. */
function countingSignal(): { controller: AbortController; signal: AbortSignal; count(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  return { controller, signal, count: () => listeners };
}

test("[BA12] raceSignal settles like the work and removes its listener", async () => {
  const { signal, count } = countingSignal();
  await expect(raceSignal(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(raceSignal(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  expect(count()).toBe(0);
});

test("[BA12] raceSignal rejects with the reason and absorbs the late rejection", async () => {
  const controller = new AbortController();
  let fail = (_error: Error): void => undefined;
  const work = new Promise<number>((_resolve, reject) => fail = reject);
  const raced = raceSignal(work, controller.signal);
  controller.abort("enough");
  await expect(raced).rejects.toBe("enough");
  fail(new Error("late")); // An unhandled rejection would fail the run.
  await expect(raceSignal(Promise.reject(new Error("x")), controller.signal)).rejects.toBe(
    "enough",
  );
});

test("[BA12] raceFirst settles like the first and aborts the others", async () => {
  const { signal, count } = countingSignal();
  let isLoserAborted = false;
  const value = await raceFirst<string>([
    () => Promise.resolve("won"),
    (inner) =>
      new Promise((_resolve, reject) =>
        inner.addEventListener("abort", () => {
          isLoserAborted = true;
          reject(new Error("late loser"));
        })
      ),
  ], signal);
  expect(value).toBe("won");
  expect(isLoserAborted).toBe(true);
  expect(count()).toBe(0);
});

test("[BA12] raceFirst rejects with its signal's reason and aborts every branch", async () => {
  const controller = new AbortController();
  const reasons: unknown[] = [];
  const branch = (inner: AbortSignal): Promise<never> =>
    new Promise(() => inner.addEventListener("abort", () => reasons.push(inner.reason)));
  const raced = raceFirst([branch, branch], controller.signal);
  controller.abort("closing");
  await expect(raced).rejects.toBe("closing");
  expect(reasons).toEqual(["closing", "closing"]);
});

test("[BA12] a branch that throws at once loses nothing of the others", async () => {
  const signal = new AbortController().signal;
  const raced = raceFirst<number>([
    () => {
      throw new Error("at once");
    },
    () => Promise.reject(new Error("second")),
  ], signal);
  await expect(raced).rejects.toThrow("at once");
});
