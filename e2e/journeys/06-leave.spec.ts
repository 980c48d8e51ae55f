/** Leaving a shared room: another member takes the personas over, and a copy stays if wanted. */

import { expect, test } from "../support/fixtures.ts";
import { say, startRoom, untilSettled } from "../support/room.ts";
import { joinRoom, shareAndCopyLink } from "../support/shared-room.ts";

test("[SY257] who leaves keeps a copy, and their personas think on with whoever stays", async ({ page, openVisitor }) => {
  await startRoom(page);
  await say(page, "What should I plant?");
  await untilSettled(page, 2);
  const link = await shareAndCopyLink(page);
  const visitor = await openVisitor();
  await joinRoom(visitor, link, "Noor");
  await expect(visitor.getByText("What should I plant?")).toBeVisible();
  await page.getByRole("button", { name: "Room options" }).click();
  await page.getByRole("button", { name: "Leave room" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Ada and Bo think on this device");
  await dialog.getByRole("radio", { name: /Keep a copy/ }).check();
  const sharedUrl = page.url();
  await dialog.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(page.getByText("This is your own copy.")).toBeVisible();
  expect(page.url()).not.toBe(sharedUrl);
  await expect(page.getByText("What should I plant?")).toBeVisible();
  await expect(page.getByText("this device only")).toBeVisible();
  const cast = visitor.getByRole("region", { name: "Cast" });
  await expect(cast.getByText(/^on this device/)).toHaveCount(2, { timeout: 60_000 });
  const before = await visitor.locator("[data-outcome=replied], [data-outcome=silent]").count();
  await say(visitor, "And now?");
  await untilSettled(visitor, before + 2);
});
