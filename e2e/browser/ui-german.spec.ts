/**
 * The screens in German, as a browser that prefers it gets them: nothing too wide, nothing for axe
 * to find, and no English of the catalogue left in what is shown or said.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { messages as german } from "../../web/app/messages/de.ts";
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

const ENGLISH = join(import.meta.dirname, "../../web/app/messages/english");

/** Matches a text of the catalogue with anything in its holes; undefined if it is all holes. */
function patternOf(text: string): RegExp | undefined {
  const parts = text.split(/\{\w+\}/);
  if (parts.join("").replace(/[^a-z]/gi, "").length < 3) return undefined;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".+")}$`, "s");
}

async function readEnglish(): Promise<ReadonlyMap<string, RegExp>> {
  const texts = new Map<string, RegExp>();
  const ours = new Set<string>(Object.values(german));
  for (const file of readdirSync(ENGLISH)) {
    const parts = await import(join(ENGLISH, file)) as Record<string, Record<string, string>>;
    for (const [key, text] of Object.values(parts).flatMap((part) => Object.entries(part))) {
      const pattern = ours.has(text) ? undefined : patternOf(text);
      if (pattern !== undefined) texts.set(key, pattern);
    }
  }
  return texts;
}

/** All that the page shows or tells but what people and personas wrote (`dir="auto"`). */
async function readPage(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (parentElement?.closest('[dir="auto"]') === null) found.add(textContent ?? "");
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], img")) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        found.add(element.getAttribute(name) ?? "");
      }
    }
    return [...found].map((text) => text.trim()).filter((text) => text !== "");
  });
}

async function findEnglish(page: Page): Promise<readonly string[]> {
  const english = await readEnglish();
  return (await readPage(page)).flatMap((text) =>
    [...english].filter(([, pattern]) => pattern.test(text)).map(([key]) => `${key}: ${text}`)
  );
}

/** How much the page, or a log in it, is wider than what shows it. */
async function measureOverflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('[role="log"]')];
    for (const box of boxes) box.scrollTo(0, 0);
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

test.use({ locale: "de-DE" });

for (const [scene, hash] of SCREENS) {
  test(`[SY196] German, ${scene} ${hash}: no English, nothing too wide, axe clean`, async ({ page }) => {
    // Colours in transition would be measured half-way.
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await openScene(page, scene, hash);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.locator("html")).toHaveAttribute("dir", "ltr");
    expect(await findEnglish(page)).toEqual([]);
    await checkAxe(page);
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => measureOverflow(page), `${width} px`).toBeLessThanOrEqual(0);
      expect(await findEnglish(page), `${width} px`).toEqual([]);
    }
  });
}

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
