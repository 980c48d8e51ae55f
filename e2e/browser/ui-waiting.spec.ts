/**
 * What of a screen comes later has its place from the start. Its code is held back here by hand, so
 * that nothing hangs on how fast anything is.
 */

import type { Page } from "@playwright/test";
import { expect, openScene, test } from "./ui/ui-test.ts";

/** Keeps the code named `chunks` on its way until the returned function is called. */
async function holdBack(page: Page, chunks: readonly string[]): Promise<() => void> {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  for (const chunk of chunks) {
    await page.route(`**/${chunk}-*.js`, async (route) => {
      await gate;
      await route.continue();
    });
  }
  return () => open();
}

/** Where each of the parts stands, in whole pixels. */
const placesOf = async (page: Page, parts: readonly string[]): Promise<unknown[]> =>
  await page.evaluate(async (selectors) => {
    await document.fonts.ready;
    return selectors.map((selector) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      return [
        selector,
        ...[box?.x, box?.y, box?.width, box?.height].map((at) => Math.round(at ?? -1)),
      ];
    });
  }, parts);

const drawnFor = async (page: Page, selector: string): Promise<string> =>
  await page.locator(selector).evaluate((part) => getComputedStyle(part, "::before").content);

test("[SY245] the room stands where it stands before its side column and the help are there", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const release = await holdBack(page, ["side-panels", "keys-button"]);
  await openScene(page, "room", "#/room/rm_garden");
  const parts = [".room", ".composer", ".room-head", '.rail-nav [href="#/search"]', ".side"];
  await expect(page.getByRole("region", { name: "Cast" })).toHaveCount(0);
  expect(await drawnFor(page, ".side"), "something stands for the cast").toBe('""');
  const before = await placesOf(page, parts);
  release();
  await page.getByRole("region", { name: "Cast" }).waitFor();
  await page.getByRole("button", { name: "Keys", exact: true }).waitFor();
  expect(await drawnFor(page, ".side")).toBe("none");
  expect(await placesOf(page, parts)).toEqual(before);
});

test("[SY245] a screen has its width, and something in its place, before its code is there", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const release = await holdBack(page, ["settings-screen", "models-screen"]);
  await openScene(page, "rooms", "#/");
  for (const name of ["Settings", "Models"]) {
    await page.getByRole("link", { name }).first().click();
    await expect(page.locator("main:empty")).toHaveAttribute("aria-busy", "true");
    expect(await drawnFor(page, "main"), name).toBe('""');
    if (name === "Models") break;
    const before = await placesOf(page, ["main"]);
    expect(before).toEqual([["main", 492, 0, 720, expect.any(Number)]]);
  }
  release();
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Settings" }).first().click();
  await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  expect(await placesOf(page, ["main"])).toEqual([["main", 492, 0, 720, expect.any(Number)]]);
  // Whole at once: no part of it comes later and pushes the next one down.
  await expect(page.getByRole("heading", { level: 2 })).toHaveText([
    "You",
    "Look",
    "Keyboard",
    "Notifications",
    "Screen reader",
    "Storage",
    "Diagnostics",
    "About",
  ]);
});
