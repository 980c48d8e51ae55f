/**
 * What the page's own thread is busy with while the starter loads and four personas stream, in the
 * real app.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO14  While an engine loads and four personas stream, no task of the page takes more than 50 ms
 *         of its processor, on a machine that lays out 2,000 lines of text in 20 ms.
 */

import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { tasksWhile } from "../support/page-tasks.ts";
import { say, startRoom, untilSettled } from "../support/room.ts";
import { longest, measureSlowness } from "../support/slowness.ts";

const TASK_MS_MAX = 50;
async function addPersona(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("In a few words").fill("a builder who checks twice. Likes plain words.");
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(page.locator(".cast-card[data-persona]", { hasText: name }))
    .toContainText("on this device");
}

test("[TO14] no task of the page is long while the starter loads and four personas stream", async ({ page }) => {
  const tasks = await tasksWhile(page, async () => {
    await startRoom(page);
    await addPersona(page, "Cleo");
    await addPersona(page, "Dora");
    await say(page, "What do you all think of a long walk in the rain?");
    await untilSettled(page, 4);
  });
  const slowness = await measureSlowness(page);
  const limitMs = TASK_MS_MAX * slowness;
  console.log(
    `tasks of the page: ${tasks.length}, the longest ${longest(tasks).toFixed(1)} ms of ` +
      `${limitMs.toFixed(0)}`,
  );
  expect(tasks.length).toBeGreaterThan(100);
  expect(tasks.filter(({ cpuMs }) => cpuMs > limitMs)).toEqual([]);
});
