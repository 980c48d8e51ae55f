/** From a crash of the page's engine worker to the next words of the reply, as a person sees it. */

import type { Browser, Page } from "@playwright/test";
import { engineWorkers } from "../../support/engine-worker.ts";
import { say, settledRows, startRoom } from "../../support/room.ts";

export interface WorkerCrashTimes {
  /** Until the room says that the engine is restarting. */
  readonly seenMs: number;
  /** From there until words of the reply stand there. */
  readonly wordsMs: number;
  readonly totalMs: number;
}

export interface WorkerCrashes {
  readonly times: readonly WorkerCrashTimes[];
  /** The reply was over before the worker died: asked again, not counted. */
  readonly missed: number;
}

/** For each step, model load included, on a busy machine. */
const WAIT_MS_MAX = 120_000;

/** `rounds` crashes, each the first in a new profile and room. */
export async function measureWorkerCrashes(
  browser: Browser,
  origin: string,
  rounds: number,
  tell: (line: string) => void,
): Promise<WorkerCrashes> {
  const times: WorkerCrashTimes[] = [];
  let missed = 0;
  while (times.length < rounds) {
    const context = await browser.newContext();
    context.setDefaultTimeout(WAIT_MS_MAX);
    await context.addInitScript(() =>
      void Reflect.deleteProperty(Navigator.prototype, "serviceWorker")
    );
    try {
      const page = await context.newPage();
      await startRoom(page, origin);
      const time = await crashWorker(page);
      if (time === undefined) missed += 1;
      else times.push(time);
      await settledRows(page).nth(PERSONAS - 1).waitFor();
    } finally {
      await context.close();
    }
    tell(`hosting: worker crash ${times.length} of ${rounds}`);
  }
  return { times, missed };
}

/** Ada and Bo. */
const PERSONAS = 2;

async function crashWorker(page: Page): Promise<WorkerCrashTimes | undefined> {
  await page.getByText("Ready", { exact: true }).first().waitFor();
  await say(page, "Tell me about a lantern");
  await page.waitForFunction(() =>
    document.querySelector("[data-outcome=queued], [data-outcome=streaming]") !== null
  );
  const atMs = performance.now();
  await engineWorkers(page)[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error("planted crash");
    });
  }).catch(() => undefined); // It may be gone before it can answer.
  return await timeRestart(page, PERSONAS, atMs);
}

const SETTLED =
  "[data-outcome=replied], [data-outcome=silent], [data-outcome=failed], [data-outcome=deferred]";

/** `count`: so many attempts are settled when the turn is over. */
async function timeRestart(
  page: Page,
  count: number,
  atMs: number,
): Promise<WorkerCrashTimes | undefined> {
  const seen = await page.waitForFunction(([selector, all]) => {
    const settled = document.querySelectorAll(selector).length;
    if (document.querySelector("[data-phase=restarting]") !== null) return { settled };
    return settled >= all ? "over" : undefined;
  }, [SETTLED, count] as const);
  const seenMs = performance.now();
  const found = await seen.jsonValue();
  if (found === "over" || found === undefined) return undefined;
  await page.waitForFunction(([selector, settled]) =>
    // A short reply may be whole before its first words were looked for.
    document.querySelectorAll(selector).length > settled ||
    (document.querySelector("[data-phase=restarting]") === null &&
      document.querySelector("[data-phase=speaking]") !== null), [SETTLED, found.settled] as const);
  const wordsMs = performance.now();
  return { seenMs: seenMs - atMs, wordsMs: wordsMs - seenMs, totalMs: wordsMs - atMs };
}
