/**
 * Journey 5: the worker dies, once by falling silent and twenty times within replies. Every turn
 * settles once and no input is lost.
 */

import {
  createChance,
  KILLS,
  seed,
  untilText,
  untilTurnsSettled,
  untilTurnsSettledWithRetry,
} from "../support/dying.ts";
import { expect, test } from "../support/fixtures.ts";
import { expectSettledOnce, readEntries, say, startRoom } from "../support/room.ts";

test("journey 5: a worker that stops answering is replaced and the same message is finished", async ({ page }) => {
  await startRoom(page);
  await say(page, "Tell me about the moon");
  await untilText(page, 30);
  await page.workers()[0]?.evaluate(() => self.close());
  await expect(page.getByText(/restarting/i).first()).toBeVisible({ timeout: 15_000 });
  await untilTurnsSettled(page, 2);
  const entries = await readEntries(page);
  expectSettledOnce(entries);
  expect(entries.filter(({ body }) => body.outcome?.kind === "failed")).toEqual([]);
});

/** Deaths in one room: twice the restart budget, so that it is spent and pressed on. */
const KILLS_A_ROOM = 10;

for (let room = 0; room < KILLS / KILLS_A_ROOM; room += 1) {
  const points = `${room * KILLS_A_ROOM + 1} to ${(room + 1) * KILLS_A_ROOM} of ${KILLS}`;
  test(`journey 5: the worker dies at seeded points ${points} (seed ${seed})`, async ({ page, guard }) => {
    test.setTimeout(180_000);
    guard.allow(/planted crash/, "the test throws it inside the worker");
    const chance = createChance(seed + room);
    await startRoom(page);
    for (let kill = 1; kill <= KILLS_A_ROOM; kill += 1) {
      await say(page, `Message ${kill}: tell me about a lantern`);
      await untilText(page, Math.floor(chance() * 120));
      await page.workers()[0]?.evaluate(() => {
        setTimeout(() => {
          throw new Error("planted crash");
        });
      }).catch(() => undefined); // It may be between two workers: then nothing is killed this time.
      // Five deaths in ten minutes are the budget; a person who sees it spent presses "Retry now".
      await untilTurnsSettledWithRetry(page, kill * 2);
    }
    const entries = await readEntries(page);
    expectSettledOnce(entries);
    expect(entries.filter(({ body }) => body.kind === "say")).toHaveLength(KILLS_A_ROOM);
  });
}
