/** The QR code of an invite link, read from what the screen shows by another library. */

import type { Page } from "@playwright/test";
import jsQR from "jsqr";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/ORgzX2Jzb9sZtQ1k3v0a9w";
const KEY = "w=1.S3VzdE9mVGhlR2FyZGVu";

/** What a camera would read of the whole dialog, from a screenshot of it. */
async function readScreen(page: Page): Promise<string | undefined> {
  const png = (await page.getByRole("dialog").screenshot({ animations: "disabled" }))
    .toString("base64");
  const shot = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
    // Green alone, as text: a list of all channels takes seconds to come over.
    let greens = "";
    for (let at = 1; at < data.length; at += 4) greens += String.fromCodePoint(data[at] ?? 0);
    return { width: image.width, height: image.height, greens };
  }, png);
  const rgba = Uint8ClampedArray.from(
    [...shot.greens].flatMap((char) => [...Array<number>(3).fill(char.codePointAt(0) ?? 0), 255]),
  );
  return jsQR(rgba, shot.width, shot.height)?.data;
}

for (const [width, colorScheme] of [[320, "light"], [320, "dark"], [1440, "dark"]] as const) {
  test(`[SY259] a camera reads the link at ${width} px, ${colorScheme}, while it is shown`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openScene(page, "shared", ROOM);
    await page.getByRole("button", { name: "Invite people" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Invite people" });
    expect(await page.evaluate(() => fixture.sent.some(({ kind }) => kind === "invite-link")))
      .toBe(false);
    await dialog.getByRole("button", { name: "QR code" }).click();
    const code = dialog.getByRole("img", { name: "QR code of the invite link" });
    await code.scrollIntoViewIfNeeded();
    await expect(dialog).toContainText("Whoever photographs it can join");
    expect(await readScreen(page)).toBe(`${new URL(page.url()).origin}/#${KEY}`);
    const box = await code.boundingBox();
    expect(box?.width, "large enough for a camera at arm's length").toBeGreaterThanOrEqual(240);
    await checkAxe(page);
    await dialog.getByRole("button", { name: "QR code" }).click();
    await expect(code).toHaveCount(0);
    expect(await readScreen(page)).toBeUndefined();
  });
}

test("[SY259] a link for reading is another code, and says that it is", async ({ page }) => {
  await openScene(page, "shared", ROOM);
  await page.getByRole("button", { name: "Invite people" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  await dialog.getByRole("button", { name: "QR code" }).click();
  await expect(dialog).toContainText("can join");
  await dialog.getByRole("radio", { name: /Only read/ }).check();
  // Another right, another link: the code of the first one is gone at once.
  await expect(dialog.getByRole("img", { name: "QR code of the invite link" })).toHaveCount(0);
  await dialog.getByRole("button", { name: "QR code" }).click();
  await expect(dialog).toContainText("can read along");
  expect(await readScreen(page)).toContain("#r=1.");
});
