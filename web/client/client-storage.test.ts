import { err, ok, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { expect, test } from "vitest";
import { openPatiently } from "./client-storage.ts";

const failed = err({ kind: "storage-failed", detail: "AbortError" } as const);
const corrupt = err({ kind: "storage-corrupt", detail: "UnknownError" } as const);

test.each<[string, readonly Result<void, StorageError>[], number]>([
  ["opens at once", [ok(undefined)], 1],
  ["opens at the third try", [failed, failed, ok(undefined)], 3],
  ["stays failed after the third", [failed, failed, failed], 3],
  ["is not tried again when damaged", [corrupt], 1],
  ["is damaged at the second", [failed, corrupt], 2],
])("[SY11] a database that %s", async (_title, answers, triesExpected) => {
  const clock = new ManualClock();
  let tries = 0;
  const open = () => Promise.resolve(answers[tries++] ?? ok(undefined));
  const opening = openPatiently({ open }, clock, noAbort);
  await clock.advance(5_000);
  expect(await opening).toEqual(answers.at(-1));
  expect(tries).toBe(triesExpected);
});
