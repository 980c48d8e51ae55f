/** Replies and deleted rooms over reloads, and what a room tells of its turns and its readers. */

import { expect, test } from "../support/fixtures.ts";
import { messageBox, readEntries, say, startRoom, untilSettled } from "../support/room.ts";

test("[SY201] [SY205] a reply begun before a reload is sent after it; [SY258] [RM71] who read how much is told", async ({ page }) => {
  await startRoom(page);
  await say(page, "What should I plant?");
  await untilSettled(page, 2);
  const reads = page.getByRole("region", { name: "Cast" }).locator(".who-reads");
  await reads.getByText("Who reads what you write").click();
  for (const name of ["Ada", "Bo"]) {
    const reading = reads.locator("div[data-persona]").filter({ hasText: name });
    await expect(reading).toContainText("Thinks on this device, with ");
    await expect(reading).toContainText("Is given the newest of everything said here");
    await expect(reading).toContainText("Sees no pictures");
  }
  await page.getByText("Show as a table").click();
  const tokens = page.getByRole("table", { name: "Tokens of the turn" });
  const cellsOf = async (name: string): Promise<readonly string[]> =>
    await tokens.getByRole("row").filter({ hasText: name }).getByRole("cell").allTextContents();
  const [ada, bo, both] = [await cellsOf("Ada"), await cellsOf("Bo"), await cellsOf("Together")];
  for (const told of [ada, bo]) {
    expect(told, "nothing was expected of a first turn; all else is counted").toEqual(
      ["–", ...Array(3).fill(expect.stringMatching(/^[\d,]+$/))],
    );
  }
  const count = (cell: string | undefined) => Number(cell?.replaceAll(",", ""));
  expect(both[0]).toBe("–");
  expect(both.slice(1).map(count)).toEqual([1, 2, 3].map((at) => count(ada[at]) + count(bo[at])));

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
  await untilSettled(page, 3);
  const [first, second] = (await readEntries(page)).map(({ body }) => body)
    .filter(({ kind }) => kind === "say") as { addressed?: string[]; replyTo?: number }[];
  expect(first).not.toHaveProperty("replyTo");
  expect(second?.replyTo).toEqual(expect.any(Number));
  expect(second?.addressed, "who is answered is asked").toHaveLength(1);
});

test("[SY207] [SY208] a deleted room comes back whole; one that a page left deleted is gone later", async ({ page }) => {
  await startRoom(page);
  await say(page, "Anybody here?");
  await expect(page.getByRole("log").getByText("Anybody here?")).toBeVisible();
  const deleteRoom = async (): Promise<void> => {
    await page.getByRole("button", { name: "Room options" }).click();
    await page.getByRole("button", { name: "Delete room" }).click();
    await page.getByRole("dialog", { name: /^Delete / })
      .getByRole("button", { name: "Delete room" }).click();
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  };
  await deleteRoom();
  const count = (await readEntries(page)).length;
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator("main").getByRole("link", { name: /The garden room/ }).click();
  await expect(page.getByRole("log").getByText("Anybody here?")).toBeVisible();
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
