/** What a recipe does with the next message, told while it is chosen. */

import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

for (const [width, colorScheme] of [[320, "dark"], [1440, "light"]] as const) {
  test(`[RM70] the dialog tells what each recipe does, ${width} px, ${colorScheme}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openScene(page, "room", "#/room/rm_garden");
    if (width < 900) await page.getByRole("button", { name: "Cast and turn" }).click();
    await page.getByRole("button", { name: /^Who answers/ }).click();
    const dialog = page.getByRole("dialog", { name: "Who answers" });
    const preview = dialog.getByRole("region", { name: "What happens then" });
    await expect(preview).toContainText("When you write, Ada, Bo, and Cleo hear it and answer.");
    await expect(preview).toContainText("one after another, since they share a device");
    await expect(preview).toContainText("Then it is your turn again.");
    await dialog.getByRole("radio", { name: "One round" }).check();
    await expect(preview).toContainText("may react once to what the others said");
    await dialog.getByRole("radio", { name: "A debate" }).check();
    await expect(preview).toContainText("they speak one at a time");
    await expect(preview).toContainText("6 speeches in all");
    await dialog.getByRole("radio", { name: "One persona decides" }).check();
    await expect(preview).toContainText("When you write, Ada reads it and picks who answers");
    await checkAxe(page);
    const tooWide = await dialog.evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
  });
}

test("[SY244] the dialog of a new room tells it of the cast that is chosen there", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScene(page, "rooms", "#/");
  await page.getByRole("button", { name: "New room" }).click();
  const dialog = page.getByRole("dialog", { name: "New room" });
  const preview = dialog.getByRole("region", { name: "What happens then" });
  await expect(preview).toContainText("When you write, Ada and Bo hear it and answer.");
  await dialog.getByRole("checkbox", { name: "Ada" }).uncheck();
  await expect(preview).toContainText("When you write, Bo hears it and answers.");
  await dialog.getByRole("radio", { name: "Only whom you name" }).check();
  await expect(preview).toContainText("Bo answers, the first of the cast.");
  await checkAxe(page);
});
