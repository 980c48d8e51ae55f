/** The page by keyboard alone: the keys of the table, and where the focus is after each. */

import type { Page, Route } from "@playwright/test";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

/** What has the focus, in a few words. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const { activeElement: one } = document;
    if (one === null || one === document.body) return "nothing";
    const name = one.getAttribute("aria-label") ?? one.textContent?.trim().slice(0, 40) ?? "";
    return `${one.getAttribute("role") ?? one.localName}: ${name}`;
  });
}

/** The keys come once the page can be used. */
async function openWithKeys(page: Page, scene: string, hash: string): Promise<void> {
  await openScene(page, scene, hash);
  await page.getByRole("button", { name: "Keys", exact: true }).waitFor();
}

const message = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
const sheet = (page: Page) => page.getByRole("dialog", { name: "Keyboard" });

test("[SY230] the help opens by key and button, shows every group, and gives the focus back", async ({ page }) => {
  await openWithKeys(page, "room", "#/room/rm_garden");
  await message(page).press("?");
  await expect(message(page)).toHaveValue("?");
  await page.keyboard.press("F6");
  const before = await focused(page);
  await page.keyboard.press("?");
  await expect(sheet(page)).toBeVisible();
  for (const group of ["Everywhere", "In the conversation", "On a message"]) {
    await expect(sheet(page).getByRole("region", { name: group })).toBeVisible();
  }
  await checkAxe(page);
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toHaveCount(0);
  expect(await focused(page)).toBe(before);
  await page.getByRole("button", { name: "Keys", exact: true }).press("Enter");
  await expect(sheet(page)).toBeVisible();
});

test("[SY232] letters are turned off in the settings, over a reload, and the help says so", async ({ page }) => {
  await openWithKeys(page, "room", "#/settings");
  const choice = page.getByRole("checkbox", { name: "Letters and signs as keys" });
  await choice.uncheck();
  await page.reload();
  await expect(choice).not.toBeChecked();
  await choice.focus();
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Show all keys" }).press("Enter");
  await expect(sheet(page)).toHaveCount(1);
  await expect(sheet(page).getByText("(off)").first()).toBeAttached();
  await page.keyboard.press("Escape");
  await choice.check();
  await choice.press("?");
  await expect(sheet(page)).toBeVisible();
});

test("[SY233] arrows and letters walk the messages, and Tab leads into one and out of the log", async ({ page }) => {
  await openWithKeys(page, "room", "#/room/rm_garden");
  const stops = page.locator(".row > article, .row > .quiet");
  const last = stops.last();
  await message(page).press("Shift+Tab");
  await expect(last).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(stops.nth(-2)).toBeFocused();
  await page.keyboard.press("k");
  await expect(stops.nth(-3)).toBeFocused();
  await page.keyboard.press("j");
  await expect(stops.nth(-2)).toBeFocused();
  const bo = page.locator('article[data-persona="pe_bo"]').last();
  await expect(bo).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(bo.getByRole("button").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(bo).toBeFocused();
  await page.keyboard.press("Home");
  await expect(stops.first()).toBeFocused();
  await expect(stops.first()).toBeInViewport();
  await page.keyboard.press("ArrowUp");
  await expect(stops.first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(last).toBeFocused();
  await expect(last).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(message(page)).toBeFocused();
  // From a message through its buttons and out, not through the buttons of all others.
  await page.keyboard.press("k");
  await expect(message(page)).toHaveValue("k");
  await message(page).fill("");
  await message(page).press("Shift+Tab");
  await page.keyboard.press("ArrowUp");
  const inside = await bo.getByRole("button").count();
  for (let count = 0; count < inside; count += 1) {
    await page.keyboard.press("Tab");
    await expect(bo.locator(":focus")).toHaveCount(1);
  }
  await page.keyboard.press("Tab");
  await expect(page.locator(".log :focus")).toHaveCount(0);
  await expect(message(page)).toBeFocused();
});

test("[SY233] in a log of 10,000 messages a screenful, the ends and Tab take one key each", async ({ page }) => {
  await openWithKeys(page, "many", "#/room/rm_many");
  await message(page).press("Shift+Tab");
  const index = () =>
    page.evaluate(() =>
      Number(document.activeElement?.closest<HTMLElement>(".row")?.dataset["index"] ?? -1)
    );
  const end = await index();
  expect(end).toBeGreaterThan(9_000);
  await page.keyboard.press("PageUp");
  await expect.poll(index).toBeLessThan(end);
  const up = await index();
  await page.keyboard.press("PageUp");
  await expect.poll(index).toBeLessThan(up);
  await page.keyboard.press("Home");
  await expect.poll(index).toBeLessThanOrEqual(1);
  await page.keyboard.press("PageDown");
  await expect.poll(index).toBeGreaterThan(1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  expect(await index()).toBeGreaterThan(1);
  await page.keyboard.press("End");
  await expect.poll(index).toBe(end);
});

test("[SY230] the letters of a message press its buttons", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openWithKeys(page, "room", "#/room/rm_garden");
  const bo = page.locator('article[data-persona="pe_bo"]').last();
  await bo.focus();
  await page.keyboard.press("c");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain("The Long Afternoon");
  await page.keyboard.press("w");
  await expect(page.getByRole("dialog", { name: /Why/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(bo).toBeFocused();
  const mine = page.locator("article", { hasText: "give the bed a name" });
  await mine.focus();
  await page.keyboard.press("e");
  const editor = page.getByRole("textbox", { name: "Edit your message" });
  await expect(editor).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(mine).toBeFocused();
  await bo.focus();
  await page.keyboard.press("a");
  const sent = await page.evaluate(() => fixture.sent.map(({ kind }) => kind));
  expect(sent).toContain("again");
});

test("[SY234] F6 goes round the parts of the page and remembers the place in each", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openWithKeys(page, "room", "#/room/rm_garden");
  await expect(message(page)).toBeFocused();
  // It comes later than the message box.
  await expect(page.locator(".side button").first()).toBeVisible();
  await page.keyboard.press("F6");
  const inSide = await focused(page);
  await expect(page.locator(".side :focus")).toHaveCount(1);
  await page.keyboard.press("F6");
  await expect(page.locator(".rail :focus")).toHaveCount(1);
  await page.keyboard.press("F6");
  await expect(page.locator(".room-head button").first()).toBeFocused();
  await page.keyboard.press("F6");
  await expect(page.getByRole("log")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  const inLog = await focused(page);
  await page.keyboard.press("F6");
  await expect(message(page)).toBeFocused();
  await page.keyboard.press("Shift+F6");
  expect(await focused(page)).toBe(inLog);
  for (const _ of [1, 2, 3]) await page.keyboard.press("Shift+F6");
  expect(await focused(page)).toBe(inSide);
});

test("[SY235] the focus stays with the reader when what had it goes", async ({ page }) => {
  await openWithKeys(page, "live", "#/room/rm_garden");
  // The stop button goes with what it stops.
  await page.getByRole("button", { name: "Stop all" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Stop all" })).toHaveCount(0);
  await expect(message(page)).toBeFocused();
  // A dialog whose opener has gone meanwhile.
  await page.getByRole("button", { name: "Edit Ada" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Edit Ada" })).toBeVisible();
  await page.evaluate(() => {
    document.querySelector('.side [aria-label="Edit Ada"]')?.remove();
  });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator(".side :focus")).toHaveCount(1);
});

test("[SY235] a screen that was gone to has the focus, also when its code comes late", async ({ page }) => {
  await openWithKeys(page, "room", "#/room/rm_garden");
  const held: Route[] = [];
  await page.route("**/assets/models-screen-*.js", (route) => void held.push(route));
  await page.locator(".rail nav a[href='#/models']").focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => held.length).toBe(1);
  await expect(page.locator("main")).toBeFocused();
  await held[0]?.continue();
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
  await expect(page.locator("main")).toBeFocused();
});

test("[SY235] a message that is scrolled away leaves the focus in the log", async ({ page }) => {
  await openWithKeys(page, "many", "#/room/rm_many");
  await message(page).press("Shift+Tab");
  const log = page.getByRole("log");
  await log.evaluate((box) => box.scrollTo(0, 200_000));
  await expect(log).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator(".row :focus")).toBeInViewport();
  expect(await log.evaluate((box) => Math.abs(box.scrollTop - 200_000))).toBeLessThan(2_000);
});

test("Escape closes the top layer first, and stops when there is none", async ({ page }) => {
  await openWithKeys(page, "live", "#/room/rm_garden");
  const stops = () =>
    page.evaluate(() => fixture.sent.filter(({ kind }) => kind === "stop").length);
  await message(page).pressSequentially("Hello @");
  await expect(page.getByRole("listbox")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox")).toHaveCount(0);
  await page.keyboard.press("F6");
  await page.keyboard.press("?");
  await expect(sheet(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toHaveCount(0);
  expect(await stops()).toBe(0);
  await page.keyboard.press("Escape");
  await expect.poll(stops).toBe(1);
});

test("[SY239] with forced colours the message box, the chosen persona and the open room are outlined", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await openWithKeys(page, "room", "#/room/rm_garden");
  const outline = (selector: string) =>
    page.locator(selector).first().evaluate((one) => getComputedStyle(one).outlineStyle);
  await expect(message(page)).toBeFocused();
  expect(await outline(".composer")).toBe("solid");
  expect(await outline(".rail a[aria-current]")).toBe("solid");
  await message(page).pressSequentially("@");
  await expect(page.getByRole("listbox")).toBeVisible();
  expect(await outline(".mentions li[aria-selected=true]")).toBe("solid");
  expect(await outline(".mentions li[aria-selected=false]")).toBe("none");
  await page.keyboard.press("Escape");
  await page.keyboard.press("F6");
  expect(await outline(".composer")).toBe("none");
});
