import { engineWorkers } from "../support/engine-worker.ts";
import { expect, test } from "../support/fixtures.ts";
import {
  expectSettledOnce,
  messageBox,
  readEntries,
  say,
  startRoom,
  untilSettled,
} from "../support/room.ts";

test("journey 9: both tabs show the room, one engine answers, closing the leader hands it over", async ({ page, context }) => {
  await startRoom(page);
  await say(page, "Hello from the first tab");
  await untilSettled(page, 2);
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(second.getByText("Hello from the first tab").first()).toBeVisible();
  expect(engineWorkers(page)).toHaveLength(1);
  expect(engineWorkers(second)).toHaveLength(0);

  await say(second, "Hello from the second tab");
  await expect(page.getByText("Hello from the second tab").first()).toBeVisible();
  await untilSettled(second, 4);
  expect(engineWorkers(second)).toHaveLength(0);

  await page.close();
  await expect.poll(() => engineWorkers(second).length, { timeout: 10_000 }).toBe(1);
  await say(second, "Are you still here?");
  await untilSettled(second, 6);
  expectSettledOnce(await readEntries(second));
});

test("journey 9: a message whose leader closed at once is answered by the other tab", async ({ page, context }) => {
  await startRoom(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(messageBox(second)).toBeVisible();
  await say(page, "Who is there?");
  await expect(second.getByText("Who is there?").first()).toBeVisible();
  await page.close();
  await untilSettled(second, 2);
  expectSettledOnce(await readEntries(second));
});
