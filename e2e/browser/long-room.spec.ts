/** A room of 1,200 messages in the real app, opened from what is stored of it. */

import type { Page } from "@playwright/test";
import { buildSeedScript } from "../bench/site.mjs";
import type { SeedFace } from "../bench/page/seed-room.ts";
import { expect, test } from "../support/fixtures.ts";

const MESSAGES = 1_200;
const LAST_LINE = "This is the newest line of the room, and here it ends.";

/** Checkpoints that the app has stored. */
const storedParts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const keys = await new Promise<readonly IDBValidKey[]>((done, failed) => {
      const all = database.transaction("checkpoints").objectStore("checkpoints").getAllKeys();
      all.onsuccess = () => done(all.result);
      all.onerror = () => failed(all.error);
    });
    database.close();
    return keys.map(String);
  });

/** Rows that the log has, drawn or not, as far as the last drawn one tells. */
const rowCount = (page: Page): Promise<number> =>
  page.getByRole("log").evaluate((box) =>
    Math.max(
      ...[...box.querySelectorAll<HTMLElement>(".row")].map((row) => Number(row.dataset["index"])),
    )
  );

/** The number that ends the text of the first message in sight. */
const firstInSight = (page: Page): Promise<number> =>
  page.getByRole("log").evaluate((box) => {
    const { top } = box.getBoundingClientRect();
    const articles = [...box.querySelectorAll("article")];
    const first = articles.find((one) => one.getBoundingClientRect().bottom > top);
    return Number(/(\d+)\.\D*$/.exec(first?.querySelector(".text")?.textContent ?? "")?.[1]);
  });

test("[SY139] a long room opens with its newest messages, a reader who scrolls up has all", async ({ page }) => {
  await page.goto("/healthz");
  await page.evaluate(await buildSeedScript());
  const roomId = await page.evaluate(async ([count, lastLine]) => {
    const { seedBench } = globalThis as unknown as { readonly seedBench: SeedFace };
    return (await seedBench.seed(count, lastLine)).roomId;
  }, [MESSAGES, LAST_LINE] as const);
  const log = page.getByRole("log");
  await page.goto(`/#/room/${roomId}`);
  await expect(log.getByText(LAST_LINE)).toBeVisible();
  expect(await rowCount(page)).toBeGreaterThanOrEqual(MESSAGES);
  await expect.poll(() => storedParts(page)).toEqual([roomId, `${roomId}/recent`]);

  await page.reload();
  await expect(log.getByText(LAST_LINE)).toBeVisible();
  expect(await rowCount(page)).toBeLessThan(400);
  await log.evaluate((box) => box.scrollTo(0, 0));
  await expect.poll(() => log.evaluate((box) => box.scrollHeight / 60)).toBeGreaterThan(MESSAGES);
  // The reader stays at the first of the newest 300, with all others above.
  await expect.poll(() => firstInSight(page)).toBeGreaterThan(MESSAGES - 306);
  expect(await firstInSight(page)).toBeLessThan(MESSAGES - 290);
  await expect.poll(async () => {
    await log.evaluate((box) => box.scrollTo(0, 0));
    return await log.getByText("This is question 1.").count();
  }).toBe(1);
});
