/** Replies, rewinds and deleted rooms in the product, over reloads. */

import { expect, test } from "../support/fixtures.ts";
import { messageBox, readEntries, say, startRoom, untilSettled } from "../support/room.ts";

test("[SY201] [SY205] a reply begun before a reload is sent after it, and a rewind is taken back", async ({ page }) => {
  await startRoom(page);
  await say(page, "What should I plant?");
  await untilSettled(page, 2);
  const answer = page.locator("article[data-outcome=replied]").first();
  await answer.focus();
  await page.keyboard.press("r");
  await expect(messageBox(page)).toBeFocused();
  await messageBox(page).fill("Why that?");
  await page.reload();
  const form = page.getByRole("form", { name: "Write to the room" });
  await expect(form).toContainText("You are replying to ");
  await expect(messageBox(page)).toHaveValue("Why that?");
  await messageBox(page).press("Enter");
  const sent = page.getByRole("article").filter({ hasText: "Why that?" });
  await expect(sent.getByRole("button", { name: /In reply to / })).toBeVisible();
  const [first, second] = (await readEntries(page)).map(({ body }) => body)
    .filter(({ kind }) => kind === "say") as { addressed?: string[]; replyTo?: number }[];
  expect(first).not.toHaveProperty("replyTo");
  expect(second?.replyTo).toEqual(expect.any(Number));
  expect(second?.addressed).toHaveLength(1);
  await untilSettled(page, 3);
  await page.getByRole("article").filter({ hasText: "What should I plant?" }).focus();
  await page.locator("article:focus").getByRole("button", { name: "Rewind to here" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Rewind", exact: true }).click();
  await expect(sent).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(sent).toBeVisible();
  expect((await readEntries(page)).map(({ body }) => body.kind)).toContain("restore");
});

test("[SY207] [SY208] a deleted room comes back whole; one that a page left deleted is gone later", async ({ page }) => {
  await startRoom(page);
  await say(page, "Anybody here?");
  await untilSettled(page, 2);
  const count = (await readEntries(page)).length;
  const deleteRoom = async (): Promise<void> => {
    await page.getByRole("button", { name: "Room options" }).click();
    await page.getByRole("button", { name: "Delete room" }).click();
    await page.getByRole("dialog", { name: /^Delete / })
      .getByRole("button", { name: "Delete room" }).click();
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  };
  await deleteRoom();
  await page.getByRole("button", { name: "Undo" }).click();
  const back = page.locator("main").getByRole("link", { name: /Anybody here|Ada|Bo/ }).first();
  await back.click();
  await expect(page.getByText("Anybody here?").first()).toBeVisible();
  expect((await readEntries(page)).length).toBeGreaterThanOrEqual(count);
  await deleteRoom();
  await page.reload();
  await expect(page.getByRole("button", { name: "Start with Ada and Bo" })).toBeVisible();
  expect((await readEntries(page)).length).toBeGreaterThan(0);
  // Three minutes later the time to bring it back is over.
  await page.clock.install({ time: Date.now() + 180_000 });
  await page.reload();
  await expect.poll(async () => (await readEntries(page)).length).toBe(0);
});
