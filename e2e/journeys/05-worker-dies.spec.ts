/**
 * Journey 5: the worker dies mid-sentence, by falling silent, by a crash, and twenty times within
 * replies until its restarts are spent. Each message is answered once and no input is lost. Its
 * device is lost in 05-device-lost; a worker that lives and gives no token for the deadline is
 * given up in shared/session (SC6), which waits longer than a browser test may.
 */

import type { Page } from "@playwright/test";
import { supervisionLimits } from "#shared/supervision/mod.ts";
import {
  createChance,
  KILLS,
  seed,
  untilText,
  untilTurnsSettled,
  untilTurnsSettledWithRetry,
} from "../support/dying.ts";
import { engineWorkers } from "../support/engine-worker.ts";
import { expect, test } from "../support/fixtures.ts";
import { expectAllSettledOnce, readEntries, say, startRoom } from "../support/room.ts";

/** Whether there was a worker to throw in; between two there is none. */
async function crashWorker(page: Page): Promise<boolean> {
  return await engineWorkers(page)[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error("planted crash");
    });
  }).then(() => true, () => false) ?? false;
}

const deaths: readonly (readonly [how: string, (page: Page) => Promise<unknown>])[] = [
  [
    "stops answering",
    (page) => engineWorkers(page)[0]?.evaluate(() => self.close()) ?? Promise.resolve(),
  ],
  ["crashes", crashWorker],
];

for (const [how, die] of deaths) {
  test(`journey 5: a worker that ${how} is replaced and the same message is finished`, async ({ page, guard }) => {
    guard.allow(/planted crash/, "the test throws it inside the worker");
    await startRoom(page);
    await say(page, "Tell me about the moon");
    await untilText(page, 30);
    const speaking = page.locator("[data-outcome=streaming]").first();
    const persona = await speaking.getAttribute("data-persona");
    await die(page);
    await expect(page.getByText(/restarting/i).first()).toBeVisible({ timeout: 15_000 });
    await untilTurnsSettled(page, 2);
    const entries = await readEntries(page);
    expectAllSettledOnce(entries);
    expect(entries.filter(({ body }) => body.outcome?.kind === "failed")).toEqual([]);
    await expect(page.locator(`article[data-persona="${persona}"]`), "one bubble").toHaveCount(1);
    await expect(page.getByText(/restarting/i)).toHaveCount(0);
  });
}

/** Deaths in one room: twice the restart budget, so that it is spent and pressed on. */
const KILLS_A_ROOM = 10;

for (let room = 0; room < KILLS / KILLS_A_ROOM; room += 1) {
  const points = `${room * KILLS_A_ROOM + 1} to ${(room + 1) * KILLS_A_ROOM} of ${KILLS}`;
  test(`journey 5: the worker dies at seeded points ${points} (seed ${seed})`, async ({ page, guard }) => {
    test.setTimeout(300_000);
    guard.allow(/planted crash/, "the test throws it inside the worker");
    const chance = createChance(seed + room);
    await startRoom(page);
    let crashes = 0;
    let presses = 0;
    for (let kill = 1; kill <= KILLS_A_ROOM; kill += 1) {
      await say(page, `Message ${kill}: tell me about a lantern`);
      await untilText(page, Math.floor(chance() * 120));
      if (await crashWorker(page)) crashes += 1;
      // Five deaths in ten minutes are the budget; a person who sees it spent presses "Retry now".
      presses += await untilTurnsSettledWithRetry(page, kill * 2);
    }
    const entries = await readEntries(page);
    expectAllSettledOnce(entries);
    // After giving up the person's press is what brings the engine back, with a new budget.
    if (crashes > supervisionLimits.restartsMax) expect(presses).toBeGreaterThan(0);
    expect(entries.filter(({ body }) => body.kind === "say")).toHaveLength(KILLS_A_ROOM);
  });
}
