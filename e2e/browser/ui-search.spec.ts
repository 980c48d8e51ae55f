/** Searching in a room and in all rooms, on drawn rooms. */

import type { Page } from "@playwright/test";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const bar = (page: Page) => page.getByRole("search", { name: "Search in this room" });
const words = (page: Page) => page.getByRole("searchbox", { name: "Words to search for" });

/** What the browser marks, by the name of the highlight. */
const marked = (page: Page, name: string): Promise<readonly string[]> =>
  page.evaluate(
    (name) =>
      [...CSS.highlights.get(name) ?? []].map((range) =>
        range instanceof Range ? range.toString() : ""
      ),
    name,
  );

async function openBar(page: Page, width: number): Promise<void> {
  if (width >= 480) await page.getByRole("button", { name: "Search in this room" }).click();
  else {
    await page.getByRole("button", { name: "Room options" }).click();
    await page.getByRole("button", { name: "Search in this room" }).click();
  }
  await expect(words(page)).toBeFocused();
}

async function openByKey(page: Page): Promise<void> {
  await page.getByRole("log").focus();
  // Keys come behind what a room needs to be typed in.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(words(page)).toBeFocused({ timeout: 1000 });
  }).toPass();
}

for (const width of [1440, 390, 320]) {
  test(`[SY217] what is found in a room is counted and gone through, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 760 });
    await openScene(page, "room", "#/room/rm_garden");
    await openBar(page, width);
    await page.keyboard.type("rosemary");
    const status = bar(page).getByRole("status");
    await expect(status).toHaveText("1 of 3");
    await expect.poll(() => marked(page, "conclave-found-now")).toEqual(["Rosemary"]);
    expect((await marked(page, "conclave-found")).length).toBeGreaterThan(1);
    await page.keyboard.press("Enter");
    await expect(status).toHaveText("2 of 3");
    await expect(words(page)).toBeFocused();
    await page.keyboard.press("Shift+Enter");
    await expect(status).toHaveText("1 of 3");
    await bar(page).getByRole("button", { name: /^Older message/ }).click();
    await expect(status).toHaveText("2 of 3");
    await checkAxe(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "nothing is wider than the screen").toBeLessThanOrEqual(0);
    await bar(page).getByRole("combobox", { name: "Said by" }).selectOption("You");
    await expect(status).toHaveText("1 of 1");
    await words(page).fill("nothing like it");
    await expect(status).toHaveText("No message has these words");
    await page.keyboard.press("Escape");
    await expect(bar(page)).toHaveCount(0);
    expect(await marked(page, "conclave-found")).toEqual([]);
  });
}

test("[SY222] a slash searches the room, or all rooms, and is a letter in a text field", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("textbox", { name: "Message" }).focus();
  await page.keyboard.press("/");
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue("/");
  await expect(bar(page)).toHaveCount(0);
  await openByKey(page);
  await expect(words(page)).toHaveValue("");
  await page.keyboard.type("/");
  await expect(words(page)).toHaveValue("/");
  await page.keyboard.press("Escape");
  await expect(page.locator(".log:focus, .log article:focus")).toHaveCount(1);
  await page.evaluate(() => {
    location.hash = "#/models";
  });
  await expect(page.getByRole("heading", { name: "Models", level: 1 })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("heading", { name: "Search all rooms" })).toBeVisible();
});

test("[SY218] [SY221] what is said meanwhile is found too, and marked as it comes", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await openBar(page, 1440);
  await page.keyboard.type("moonflower");
  const status = bar(page).getByRole("status");
  await expect(status).toHaveText("No message has these words");
  await page.evaluate(() => {
    fixture.rooms.get("rm_garden")?.say("A MOONFLOWER, please: a moon**flower**.");
    fixture.publish();
  });
  await expect(status).toHaveText(/^1 (of 1|message)$/);
  await page.keyboard.press("Enter");
  await expect.poll(() => marked(page, "conclave-found-now")).toEqual(["MOONFLOWER", "moonflower"]);
  await expect(page.locator(".log mark, .log [data-found] mark")).toHaveCount(0);
});

test("[SY217] what was set aside is opened where it was found", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.evaluate(() => {
    const room = fixture.rooms.get("rm_garden");
    const [first] = room?.state.messages ?? [];
    void fixture.send({ kind: "rewind", roomId: "rm_garden", to: first?.seq ?? 0 });
  });
  const aside = page.getByRole("button", { name: "Show", exact: true });
  await expect(aside).toBeVisible();
  await openByKey(page);
  await page.keyboard.type("gravel");
  await expect(bar(page).getByRole("status")).toHaveText("1 message");
  await page.keyboard.press("Enter");
  await expect(page.locator('.row[data-found="now"]')).toContainText("foundation gravel");
});

test("[SY217] ten thousand messages are searched while the composer takes every letter", async ({ page }) => {
  await openScene(page, "many", "#/room/rm_many");
  await openByKey(page);
  await page.keyboard.type("question 1234");
  await expect(bar(page).getByRole("status")).toHaveText("1 of 1");
  await expect(page.getByRole("log").getByText("Question 1234, about the weather."))
    .toBeInViewport();
  await words(page).fill("rain comes");
  await expect(bar(page).getByRole("status")).toHaveText("1 of 5,000");
});

for (const width of [1440, 390]) {
  test(`[SY220] all rooms are searched, and a hit leads to its message, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 760 });
    await openScene(page, "rooms");
    await page.getByRole("link", { name: "Search", exact: true }).click();
    await expect(page).toHaveTitle(/Search · Conclave$/);
    await words(page).fill("apples");
    await expect(page.getByRole("status").filter({ hasText: "2 messages in 1 room" }))
      .toBeVisible();
    await words(page).fill("e");
    const garden = page.getByRole("region", { name: "Garden plans" });
    await expect(garden.locator("mark").first()).toHaveText(/^e$/i);
    await expect(garden.getByRole("link")).toHaveCount(6);
    await expect(garden.getByRole("link", { name: /^\d+ more in this room$/ })).toBeVisible();
    await checkAxe(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "nothing is wider than the screen").toBeLessThanOrEqual(0);
    await words(page).fill("rest a day");
    await page.getByRole("region", { name: "Garden plans" }).getByRole("link").first().click();
    await expect(words(page)).toHaveValue("rest a day");
    await expect(bar(page).getByRole("status")).toHaveText("1 of 1");
    await expect(page.locator('.row[data-found="now"]')).toContainText("Let it rest a day");
    await bar(page).getByRole("button", { name: "All rooms" }).click();
    await expect(words(page)).toHaveValue("rest a day");
    await expect(page.getByRole("region", { name: "Garden plans" })).toBeVisible();
  });
}

test("[SY220] a search that breaks off says so, and is asked again", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.evaluate(() => {
    const { openSearch } = fixture;
    let isBroken = true;
    fixture.openSearch = async () => {
      if (!isBroken) return await openSearch();
      isBroken = false;
      throw new Error("no code");
    };
  });
  await openByKey(page);
  await page.keyboard.type("b");
  await expect(bar(page).getByRole("alert")).toContainText("The search broke off.");
  await checkAxe(page);
  await bar(page).getByRole("button", { name: "Try again" }).click();
  await expect(bar(page).getByRole("status")).toHaveText(/^1 of \d+$/);
});
