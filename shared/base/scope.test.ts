import { expect, test } from "vitest";
import { Defect } from "./assert.ts";
import { createScope } from "./scope.ts";

const untilAborted = (signal: AbortSignal, onEnd: () => void): Promise<void> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => {
      // Ends a little later than the abort, as real work does.
      queueMicrotask(() => {
        onEnd();
        reject(signal.reason);
      });
    })
  );

test("[BA13] closing aborts every child and resolves after all have ended", async () => {
  const failures: unknown[] = [];
  const ended: string[] = [];
  const scope = createScope(new AbortController().signal, (error) => failures.push(error));
  scope.start((signal) => untilAborted(signal, () => ended.push("a")));
  scope.start((signal) => untilAborted(signal, () => ended.push("b")));
  expect(scope.size).toBe(2);
  await scope.close("over");
  expect(ended).toEqual(["a", "b"]);
  expect(scope.size).toBe(0);
  expect(failures).toEqual([]);
  expect(() => scope.start(() => Promise.resolve())).toThrow(Defect);
});

test("[BA13] a child that fails by itself is reported once; the others run on", async () => {
  const failures: unknown[] = [];
  const scope = createScope(new AbortController().signal, (error) => failures.push(error));
  scope.start((signal) => untilAborted(signal, () => undefined));
  scope.start(() => Promise.reject(new Error("broke")));
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(failures).toEqual([new Error("broke")]);
  expect(scope.size).toBe(1);
  await scope.close("over");
});

test("[BA13] a parent's abort reaches the children with its reason", async () => {
  const parent = new AbortController();
  const scope = createScope(parent.signal, () => undefined);
  parent.abort("tab closes");
  expect(scope.signal.aborted).toBe(true);
  expect(scope.signal.reason).toBe("tab closes");
  await scope.close("again");
});
