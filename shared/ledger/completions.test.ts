import { expect, test } from "vitest";
import { createCompletions } from "./completions.ts";
import type { Completion } from "./outcome.ts";

const never = (): AbortSignal => new AbortController().signal;
const ended: Completion = { kind: "ended", phase: "consumed", outcome: "replied" };

test("[LG15] many waiters hear the same end, once", async () => {
  const completions = createCompletions(3);
  const waits = [completions.wait("a", never()), completions.wait("a", never())];
  expect(completions.settle("b", ended)).toBe(0);
  expect(completions.settle("a", ended)).toBe(2);
  expect(completions.settle("a", ended)).toBe(0);
  for (const wait of waits) expect(wait.ok && await wait.value).toEqual(ended);
});

test("[LG15] waiters have a limit in all, and one who leaves makes room", async () => {
  const completions = createCompletions(1);
  const controller = new AbortController();
  const first = completions.wait("a", controller.signal);
  expect(completions.wait("b", never())).toEqual({
    ok: false,
    error: { kind: "waiters-full", waitersMax: 1 },
  });
  controller.abort("left");
  await expect(first.ok ? first.value : undefined).rejects.toBe("left");
  expect(completions.wait("b", never()).ok).toBe(true);
});

test("[LG15] when the loop ends, everybody hears that and nothing else", async () => {
  const completions = createCompletions(4);
  const waits = ["a", "b", "a"].map((id) => completions.wait(id, never()));
  completions.close({ kind: "loop-ended" });
  for (const wait of waits) expect(wait.ok && await wait.value).toEqual({ kind: "loop-ended" });
});
