/**
 * Hostile names of rooms, people, personas and models on every screen that shows them: nothing
 * runs, nothing leaves, nothing is too wide or paints over its neighbours, and nobody is taken for
 * the reader or for the page (relay.md C3, Content).
 */

import type { Page } from "@playwright/test";
import { nameCases } from "./hostile/name-cases.ts";
import { widerBoxes } from "./hostile/judge-rows.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_names";

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.addInitScript(() => {
    const ran: unknown[] = [];
    Object.assign(globalThis, { ran, canary: (value: unknown) => ran.push(value) });
  });
});

/** What is wrong with the page as it is shown; runs in it. */
function judgePage(): readonly string[] {
  const SLACK_PX = 1;
  const TURNS = /[\u202A-\u202E\u2066-\u2069]/;
  const faults: string[] = [];
  const root = document.querySelector("#root") ?? document.body;
  const made = root.querySelectorAll(
    "script, style, img:not([src^='blob:']), iframe, object, embed",
  );
  faults.push(...[...made].map(({ tagName }) => `made ${tagName}`));
  for (const element of root.querySelectorAll("*")) {
    const names = element.getAttributeNames().filter((name) => /^on|^srcdoc$/.test(name));
    faults.push(...names.map((name) => `has ${name}`));
    for (const name of ["aria-label", "title", "alt", "placeholder"]) {
      if (TURNS.test(element.getAttribute(name) ?? "")) faults.push(`turns in ${name}`);
    }
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.nodeValue ?? "";
    const box = node.parentElement;
    if (TURNS.test(text)) faults.push(`turns: ${JSON.stringify(text.slice(0, 30))}`);
    if (text.trim() === "" || box === null || box.clientWidth === 0) continue;
    if (!box.checkVisibility() || box.closest(".sr-only, option, textarea") !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right, height } = range.getBoundingClientRect();
    let clip = { left: 0, right: document.documentElement.clientWidth };
    for (let each: Element | null = box; each !== null; each = each.parentElement) {
      if (getComputedStyle(each).overflowX === "visible") continue;
      clip = each.getBoundingClientRect();
      break;
    }
    const isCut = getComputedStyle(box).overflowX !== "visible";
    const isOut = left < clip.left - SLACK_PX || right > clip.right + SLACK_PX;
    if (isOut && !isCut && height > 0 && box.closest('[style*="overflow"]') === null) {
      const { textOverflow } = getComputedStyle(box.closest(".room-sub, .rooms-line") ?? box);
      if (textOverflow !== "ellipsis") {
        faults.push(`out by ${Math.round(right - clip.right)}: ${text.slice(0, 30)}`);
      }
    }
  }
  return [...new Set(faults)];
}

async function expectHarmless(page: Page, what: string): Promise<void> {
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const place = `${what}, ${width} px`;
    // Fonts and lists that come later move it on.
    await expect.poll(() => page.evaluate(judgePage), place).toEqual([]);
    await expect.poll(() => page.evaluate(widerBoxes), place).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await page.evaluate(() => (globalThis as unknown as { ran: unknown[] }).ran)).toEqual([]);
}

test("every name is another, and as long as one may be", () => {
  expect(nameCases.length).toBeGreaterThanOrEqual(30);
  expect(new Set(nameCases.map(({ name }) => name)).size).toBe(nameCases.length);
});

test("[SY283] hostile names of rooms are lines of the start screen", async ({ page }) => {
  await openScene(page, "hostile-names", "#/");
  await expectHarmless(page, "start");
  const names = await page.locator("main .rooms-name").allTextContents();
  expect(names.length).toBe(nameCases.length + 1);
  expect(names.filter((name) => name.trim() === "")).toEqual([]);
  await checkAxe(page);
});

test("[SY283] hostile names of people and personas, in the log, the cast and the dialogs", async ({ page }) => {
  await openScene(page, "hostile-names", ROOM);
  await expectHarmless(page, "room");
  const log = page.getByRole("log");
  for (const at of nameCases.keys()) {
    await log.evaluate(
      (box, part) => box.scrollTo(0, box.scrollHeight * part),
      at / nameCases.length,
    );
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    await expect.poll(() => page.evaluate(judgePage)).toEqual([]);
    // Nobody here is this person, who said nothing.
    await expect(log.locator(".who b").filter({ hasText: /^\s*(You|Conclave)\s*$/ })).toHaveCount(
      0,
    );
  }
  await page.getByRole("button", { name: "Invite people" }).first().click();
  await expectHarmless(page, "invite");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Room options" }).click();
  await expectHarmless(page, "options");
});

test("[SY283] a name like the reader's own stands in quotation marks", async ({ page }) => {
  await openScene(page, "hostile-names", ROOM);
  await page.setViewportSize({ width: 1440, height: 900 });
  const people = page.getByRole("complementary").first();
  await expect(people).toContainText("“You”");
  await expect(people).toContainText("“Conclave”");
});

test("[SY283] hostile names of models are text on their screen", async ({ page }) => {
  await openScene(page, "hostile-names", "#/models");
  await expectHarmless(page, "models");
});
