/**
 * The screens in German, as a browser that prefers it gets them: nothing too wide, nothing for axe
 * to find, and no English of the catalogue left in what is shown or said.
 */

import { findByAxe } from "../support/axe.ts";
import { findCut, findEnglish, measureOverflow } from "./ui/german-page.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const SCREENS = [
  ["first", "#/"],
  ["rooms", "#/"],
  ["room", "#/room/rm_garden"],
  ["live", "#/room/rm_garden"],
  ["rooms", "#/models"],
  ["restarting", "#/room/rm_garden"],
  ["empty", "#/room/rm_empty"],
  ["boot-failed", "#/"],
  ["engine", "#/models"],
  ["loading", "#/models"],
  ["rooms", "#/settings"],
  ["rooms", "#/room/rm_gone"],
  ["choosing", "#/room/rm_rules"],
  ["debate", "#/room/rm_rules"],
  ["director-gone", "#/room/rm_rules"],
] as const;

test.use({ locale: "de-DE", hasTouch: true });

test("[SY196] in German no screen has English, is too wide or has anything for axe", async ({ page }) => {
  test.setTimeout(240_000);
  // Colours in transition would be measured half-way.
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  for (const [scene, hash] of SCREENS) {
    const what = `${scene} ${hash}`;
    await page.setViewportSize({ width: 1280, height: 720 });
    await openScene(page, scene, hash);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.locator("html")).toHaveAttribute("dir", "ltr");
    expect.soft(await findEnglish(page), what).toEqual([]);
    expect.soft(await findByAxe(page, "all"), what).toEqual([]);
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => measureOverflow(page), `${what}, ${width} px`).toBeLessThanOrEqual(0);
      expect.soft(await findEnglish(page), `${what}, ${width} px`).toEqual([]);
      if (width === 390) expect.soft(await findCut(page), what).toEqual([]);
    }
  }
});

test("[SY196] dialogs of a room are German and fit a phone", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await openScene(page, "room", "#/room/rm_garden");
  const options = page.getByRole("button", { name: "Raumoptionen" });
  await options.click();
  await page.getByRole("dialog").waitFor();
  expect(await findEnglish(page)).toEqual([]);
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
  await checkAxe(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Besetzung und Runde" }).click();
  await page.getByRole("button", { name: "Ada bearbeiten" }).click();
  await page.getByRole("dialog", { name: "Ada bearbeiten" }).waitFor();
  expect(await findEnglish(page)).toEqual([]);
  expect(await measureOverflow(page)).toBeLessThanOrEqual(0);
});

test("[SY196] a person chooses the language in the settings", async ({ page }) => {
  await openScene(page, "rooms", "#/settings");
  await page.getByLabel("Sprache").selectOption({ label: "English" });
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByLabel("Language").selectOption({ label: "Deutsch" });
  await expect(page.getByRole("heading", { name: "Einstellungen", level: 1 })).toBeVisible();
});
