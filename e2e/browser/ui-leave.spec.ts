/** Leaving a shared room: what is said before, what is kept, and what is not. */

import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM_ID = "ORgzX2Jzb9sZtQ1k3v0a9w";

for (const [width, colorScheme] of [[320, "dark"], [1440, "light"]] as const) {
  test(`[SY257] the dialog says who thinks for nobody then, and what was not sent, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openScene(page, "shared-offline", `#/room/${ROOM_ID}`);
    await page.getByRole("button", { name: "Room options" }).click();
    await page.getByRole("button", { name: "Leave room" }).click();
    const dialog = page.getByRole("dialog", { name: "Leave Allotment 12?" });
    await expect(dialog).toContainText("Bo thinks on this device.");
    await expect(dialog).toContainText("2 messages of yours were not sent yet");
    await expect(dialog.getByRole("radio", { name: /Erase it/ })).toBeChecked();
    await checkAxe(page);
    const tooWide = await dialog.evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
    await dialog.getByRole("button", { name: "Leave", exact: true }).click();
    await expect(page).toHaveURL(/#\/$/);
    const sent = await page.evaluate(() => fixture.sent.map(({ kind }) => kind));
    expect(sent).toContain("delete-room");
    expect(sent).not.toContain("import-room");
  });
}

test("[SY257] a copy that cannot be made keeps the person in the room", async ({ page }) => {
  await openScene(page, "shared", `#/room/${ROOM_ID}`);
  await page.getByRole("button", { name: "Room options" }).click();
  await page.getByRole("button", { name: "Leave room" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave Allotment 12?" });
  await dialog.getByRole("radio", { name: /Keep a copy/ }).check();
  // The drawn rooms refuse to be imported, as a full disk does.
  await dialog.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(dialog).toContainText("you have not left");
  expect(await page.evaluate(() => fixture.sent.map(({ kind }) => kind))).not.toContain(
    "delete-room",
  );
});
