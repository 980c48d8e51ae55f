/** A branch of a room, and a search in stored rooms: in the real app, on what is stored. */

import type { Page } from "@playwright/test";
import { buildSeedScript } from "../bench/site.mjs";
import type { SeedFace } from "../bench/page/seed-room.ts";
import { checkAxe, expect, test } from "../support/fixtures.ts";

const MESSAGES = 1_200;
const LAST_LINE = "This is the newest line of the room, and here it ends.";

async function openSeeded(page: Page): Promise<void> {
  await page.goto("/healthz");
  await page.evaluate(await buildSeedScript());
  const roomId = await page.evaluate(async ([count, lastLine]) => {
    const { seedBench } = globalThis as unknown as { readonly seedBench: SeedFace };
    return (await seedBench.seed(count, lastLine)).roomId;
  }, [MESSAGES, LAST_LINE] as const);
  await page.goto(`/#/room/${roomId}`);
  await expect(page.getByRole("log").getByText(LAST_LINE)).toBeVisible();
  // From now on it opens with its newest messages alone.
  await page.reload();
  await expect(page.getByRole("log").getByText(LAST_LINE)).toBeVisible();
}

for (const width of [1440, 390]) {
  test(`[RM66] [RM68] a room goes another way from a message, and the old one stays, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await openSeeded(page);
    const log = page.getByRole("log");
    const newest = log.getByRole("article").last();
    await newest.focus();
    await newest.getByRole("button", { name: "Branch from here" }).click();
    const dialog = page.getByRole("dialog", { name: "Branch to a new room" });
    await expect(dialog.getByText(/begins with 1,2\d\d messages, up to this one/)).toBeVisible();
    await checkAxe(page);
    const old = page.url();
    await dialog.getByRole("textbox", { name: "Name of the new room" }).fill("The other way");
    await dialog.getByRole("button", { name: "Branch", exact: true }).click();
    await expect(page.getByRole("heading", { name: "The other way", level: 1 })).toBeVisible();
    expect(page.url()).not.toBe(old);
    await expect(log.getByText(LAST_LINE)).toBeVisible();
    await page.goto(old);
    await expect(page.getByRole("heading", { name: "The other way", level: 1 })).toHaveCount(0);
    await expect(log.getByText(LAST_LINE)).toBeVisible();
  });
}

test("[SY217] [SY218] a stored room is searched beyond what is loaded, and the hit is shown", async ({ page }) => {
  await openSeeded(page);
  const log = page.getByRole("log");
  await log.focus();
  const words = page.getByRole("searchbox", { name: "Words to search for" });
  // Keys come behind what a room needs to be typed in.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(words).toBeFocused({ timeout: 1000 });
  }).toPass();
  await words.fill('"this is question 1."');
  const status = page.getByRole("search").getByRole("status");
  await expect(status).toHaveText(/^1 (of 1|message)$/);
  await page.keyboard.press("Enter");
  await expect(status).toHaveText("1 of 1");
  await expect(page.locator('.row[data-found="now"]')).toContainText("This is question 1.");
  await expect(page.locator('.row[data-found="now"]')).toBeInViewport();
  await page.keyboard.press("Escape");
});

test("[SY220] all stored rooms are searched, and nothing of it is stored", async ({ page }) => {
  await openSeeded(page);
  const stored = () => page.evaluate(async () => (await indexedDB.databases()).length);
  const before = await stored();
  await page.goto("/#/search");
  const words = page.getByRole("searchbox", { name: "Words to search for" });
  await words.fill('"question 1."');
  await expect(page.getByRole("status").filter({ hasText: "1 message in 1 room" })).toBeVisible();
  await page.getByRole("link", { name: /question 1\./ }).click();
  await expect(page.locator('.row[data-found="now"]')).toContainText("question 1.");
  expect(await stored()).toBe(before);
});
