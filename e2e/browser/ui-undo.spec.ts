/** Taking back what was done, on a hand-made client. What entries mean is of shared/room. */

import type { Locator, Page } from "@playwright/test";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_garden";

const undo = (page: Page): Locator => page.getByRole("button", { name: "Undo" });

const kinds = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => fixture.sent.map(({ kind }) => kind));

async function rewindToFirst(page: Page): Promise<void> {
  const first = page.getByRole("article").filter({ hasText: "Good news. Let it rest" }).first();
  await first.focus();
  await first.getByRole("button", { name: "Rewind to here" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Rewind to here?" });
  await dialog.getByRole("button", { name: "Rewind", exact: true }).click();
  await expect(undo(page).first()).toBeVisible();
}

async function deleteRoom(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Room options" }).click();
  await page.getByRole("button", { name: "Delete room" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Garden plans?" });
  await expect(dialog).toContainText("For ten seconds afterwards you can take that back.");
  await dialog.getByRole("button", { name: "Delete room" }).click();
}

for (const width of [390, 1440]) {
  test(`[SY206] at ${width} px a rewind is taken back from its notice, and all is as it was`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openScene(page, "room", ROOM);
    const messages = () =>
      page.evaluate(() => JSON.stringify(fixture.rooms.get("rm_garden")?.state.messages));
    const before = await messages();
    await rewindToFirst(page);
    expect(await messages()).not.toBe(before);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await checkAxe(page);
    await undo(page).press("Enter");
    await expect(page.getByText("What was set aside is back.")).toBeVisible();
    expect(await messages()).toBe(before);
    await expect(undo(page)).toHaveCount(0);
    await expect(page.locator("#main")).toBeFocused();
  });
}

test("[RM65] what a rewind set aside is brought back from its line, until something is said", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await rewindToFirst(page);
  const back = page.getByRole("button", { name: "Bring back" });
  await back.click();
  await expect(page.getByText("What was set aside is back.")).toBeVisible();
  await expect(back).toHaveCount(0);
  await rewindToFirst(page);
  await expect(back).toBeVisible();
  await page.getByRole("textbox", { name: "Message" }).fill("Something new");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article").filter({ hasText: "Something new" })).toBeVisible();
  await expect(back).toHaveCount(0);
});

test("[SY206] the key takes it back, but not while a person types", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await rewindToFirst(page);
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill("Half a thought");
  await page.keyboard.press("z");
  await expect(box).toHaveValue("Half a thoughtz");
  await expect(undo(page)).toBeVisible();
  await page.locator("#main").focus();
  await page.keyboard.press("z");
  await expect(undo(page)).toHaveCount(0);
  expect(await kinds(page)).toContain("restore");
});

test("[SY206] the offer ends after ten seconds, and waits while it is focused", async ({ page }) => {
  await page.clock.install();
  await openScene(page, "room", ROOM);
  await rewindToFirst(page);
  await undo(page).focus();
  await page.clock.runFor(30_000);
  await expect(undo(page)).toBeVisible();
  await page.locator("#main").focus();
  await page.clock.runFor(9_000);
  await expect(undo(page)).toBeVisible();
  await page.clock.runFor(2_000);
  await expect(undo(page)).toHaveCount(0);
  expect(await kinds(page)).not.toContain("restore");
});

test("[SY207] a deleted room is out of the list, comes back whole, and is gone when the offer ends", async ({ page }) => {
  await page.clock.install();
  await openScene(page, "room", ROOM);
  await deleteRoom(page);
  await expect(page).toHaveURL(/#\/$/);
  const row = page.getByRole("link", { name: /Garden plans/ });
  await expect(row).toHaveCount(0);
  expect(await kinds(page)).not.toContain("delete-room");
  await checkAxe(page);
  await undo(page).click();
  await expect(row).toHaveCount(1);
  await row.click();
  await deleteRoom(page);
  await page.locator("#main").focus();
  await page.clock.runFor(11_000);
  await expect(undo(page)).toHaveCount(0);
  expect(await kinds(page)).toContain("delete-room");
  await expect(row).toHaveCount(0);
});

test("[SY209] a persona who was removed comes back with her card", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScene(page, "room", ROOM);
  const cardOf = () =>
    page.evaluate(() => {
      const ada = fixture.rooms.get("rm_garden")?.state.personas.get("pe_ada");
      return { card: ada?.card, removed: ada?.removed };
    });
  const before = await cardOf();
  await page.getByRole("button", { name: "Edit Ada" }).click();
  await page.getByRole("button", { name: "Remove from the room" }).click();
  await page.getByRole("dialog", { name: "Remove Ada?" })
    .getByRole("button", { name: "Remove" }).click();
  await expect(undo(page)).toBeVisible();
  expect((await cardOf()).removed).toBe(true);
  await undo(page).click();
  await expect(page.getByText("Ada is back.")).toBeVisible();
  expect(await cardOf()).toEqual(before);
});
