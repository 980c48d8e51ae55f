/** A room as a file: saving it in the room's options, importing one at the start. */

import { readFileSync } from "node:fs";
import { readRoomFile } from "#shared/hosting/mod.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

for (const width of [1440, 390]) {
  test(`a room is saved from its options, with words on what the file is, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await openScene(page, "room", "#/room/rm_garden");
    await page.getByRole("button", { name: "Room options" }).click();
    const dialog = page.getByRole("dialog", { name: "Room options" });
    await expect(dialog.getByText(/Whoever has the file can read it\./)).toBeVisible();
    const waiting = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save as a file" }).focus();
    await page.keyboard.press("Enter");
    const download = await waiting;
    const part = dialog.getByRole("region", { name: "Save as a file" });
    await expect(part.getByRole("status")).toContainText(download.suggestedFilename());
    const saved = readRoomFile(new Uint8Array(readFileSync(await download.path())));
    const shown = await page.evaluate(() => {
      const state = fixture.snapshot.value.room?.state;
      return { name: state?.name, messages: state?.messages.length };
    });
    expect(saved.ok && { name: saved.value.name, messages: saved.value.state.messages.length })
      .toEqual(shown);
    await checkAxe(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "nothing is wider than the screen").toBeLessThanOrEqual(0);
  });

  test(`what is no room is refused in words at the start, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await openScene(page, "first");
    await page.getByRole("button", { name: "Import a room" }).click();
    const dialog = page.getByRole("dialog", { name: "Import a room" });
    const chooser = page.waitForEvent("filechooser");
    await dialog.getByRole("button", { name: "Choose a file" }).click();
    const mimeType = "application/octet-stream";
    await (await chooser).setFiles({ name: "x", mimeType, buffer: Buffer.from("hello") });
    await expect(dialog.getByRole("status"))
      .toHaveText(/^Nothing was changed\. This is no saved room\./);
    await checkAxe(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Import a room" })).toBeFocused();
  });
}

test("personas know only what they heard when a room's options say so, and again everything", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("button", { name: "Room options" }).click();
  const heard = page.getByRole("checkbox", { name: "Personas know only what they heard" });
  await expect(heard).not.toBeChecked();
  await expect(page.getByText(/every member of the room holds its key/)).toBeVisible();
  const spans = () => page.evaluate(() => fixture.snapshot.value.room?.state.presence?.length);
  await heard.focus();
  await page.keyboard.press("Space");
  await expect.poll(spans).toBeGreaterThan(0);
  await expect(heard).toBeChecked();
  await checkAxe(page);
  await page.keyboard.press("Space");
  await expect.poll(spans).toBeUndefined();
  await expect(heard).not.toBeChecked();
});
