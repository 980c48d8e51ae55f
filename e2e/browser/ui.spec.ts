/**
 * The screens on a hand-made client: what no journey can hold still (how they look in every state:
 * axe-states.spec.ts). Every test runs under the guard, so a request elsewhere or a refused sink
 * fails it, whatever else it checks.
 */

import type { Page } from "@playwright/test";
import { expect, openScene, test } from "./ui/ui-test.ts";

/** How much the page, or a log in it, is wider than what shows it. */
async function measureOverflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('[role="log"]')];
    for (const box of boxes) box.scrollTo(0, 0);
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

test("nothing is too wide on a page of 3840 px", async ({ page }) => {
  await page.setViewportSize({ width: 3840, height: 2160 });
  await openScene(page, "live", "#/room/rm_garden");
  await expect.poll(() => measureOverflow(page)).toBeLessThanOrEqual(0);
});

test("hostile text is inert", async ({ page, guard }) => {
  await openScene(page, "hostile", "#/room/rm_hostile");
  const log = page.getByRole("log");
  await log.evaluate((box) => box.scrollTo(0, 0));
  await expect(log.getByText("<script>globalThis.hacked")).toBeVisible();
  for (const element of ["script", "img", "iframe", "style", "object", "svg image"]) {
    await expect(log.locator(element)).toHaveCount(0);
  }
  const links = await log.locator("a").evaluateAll((all) =>
    all.map((a) => [a.getAttribute("href"), a.getAttribute("rel")])
  );
  expect(links).toEqual([
    ["https://elsewhere.example/pixel.png", "noopener noreferrer nofollow"],
    ["https://evil.example/login", "noopener noreferrer nofollow"],
    // The address in the frame's own text, which stayed text.
    ["https://elsewhere.example/", "noopener noreferrer nofollow"],
  ]);
  await expect(log.getByText("evil.example", { exact: true })).toBeVisible();
  await expect(log.getByRole("img", { name: /text-direction mark/ })).toHaveCount(2);
  expect(await page.evaluate(() => (globalThis as { hacked?: boolean }).hacked)).toBeUndefined();
  expect(await page.title()).not.toContain("\u202E");
  expect(guard.findings).toEqual([]);
});

test("one tap makes a room whose personas answer, and each bubble stays one element", async ({ page }) => {
  await openScene(page, "first");
  await page.getByRole("button", { name: "Start with Ada and Bo" }).click();
  const box = page.getByRole("textbox", { name: "Message" });
  await expect(box).toBeFocused();
  await box.fill("Hello, both of you");
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("");
  const bubble = page.locator('article[data-persona="pe_ada"]');
  await expect(bubble).toHaveAttribute("data-outcome", "streaming");
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  const handle = await bubble.elementHandle();
  await expect(bubble).toHaveAttribute("data-outcome", "replied");
  expect(await handle?.evaluate((element) => element.isConnected)).toBe(true);
  await expect(page.locator('article[data-persona="pe_bo"]')).toHaveAttribute(
    "data-outcome",
    "replied",
  );
  const spoken = page.getByRole("status", { name: "New messages" });
  await expect(spoken).toContainText("Ada says: There is time.");
  await expect(spoken).not.toContainText("Hello, both of you");
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0);
});

test("streaming moves nothing above it and is never announced by the token", async ({ page }) => {
  await openScene(page, "live", "#/room/rm_garden");
  const before = page.locator('article[data-persona="pe_bo"]').last();
  const top = async () => (await before.boundingBox())?.y;
  const status = page.getByRole("status", { name: "New messages" });
  const first = await top();
  const said = await status.textContent();
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as { value?: number }).value ?? 0);
    }).observe({ type: "layout-shift" });
    const { running } = fixture.rooms.get("rm_garden") ?? { running: [] };
    const live = running.find(({ phase }) => phase === "speaking");
    if (live !== undefined) fixture.run("rm_garden", live, "Two spades deep, and no deeper still");
  });
  expect(await top()).toBeGreaterThanOrEqual((first ?? 0) - 1);
  expect(await status.textContent()).toBe(said);
  const shifts = await page.evaluate(() => (globalThis as { shifts?: number[] }).shifts ?? []);
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
});

test("stop one, stop all, and Escape", async ({ page }) => {
  await openScene(page, "live", "#/room/rm_garden");
  await page.getByRole("button", { name: "Stop Ada" }).click();
  await page.getByRole("button", { name: "Stop all" }).waitFor({ state: "detached" });
  await page.reload();
  await expect(page.getByRole("button", { name: "Stop all" })).toBeVisible();
  await page.getByRole("textbox", { name: "Message" }).press("Escape");
  const scopes = await page.evaluate(() =>
    fixture.sent.filter(({ kind }) => kind === "stop").map((command) =>
      "scope" in command ? command.scope.kind : ""
    )
  );
  expect(scopes).toEqual(["all"]);
});

test("the @-picker works by keyboard alone", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  const box = page.getByRole("textbox", { name: "Message" });
  await box.pressSequentially("So @");
  const options = page.getByRole("listbox", { name: "Personas to address" }).getByRole("option");
  await expect(options).toHaveCount(3);
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(box).toHaveAttribute("aria-activedescendant", /-1$/);
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("So @Bo ");
  await expect(page.getByText("To Bo", { exact: true })).toBeVisible();
  await box.pressSequentially("and @cl");
  await page.keyboard.press("Tab");
  await expect(box).toHaveValue("So @Bo and @Cleo ");
  await box.pressSequentially("@a");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox")).toHaveCount(0);
  await page.keyboard.press("Enter");
  const said = await page.evaluate(() => fixture.sent.find(({ kind }) => kind === "say"));
  expect(said).toMatchObject({ text: "So @Bo and @Cleo @a", addressed: ["pe_bo", "pe_cleo"] });
});

test("a refused message comes back into the box and says why", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.evaluate(() => {
    fixture.refuse = { kind: "storage-full" };
  });
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill("Do not lose me");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("storage is full");
  await expect(box).toHaveValue("Do not lose me");
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("");
  const ids = await page.evaluate(() =>
    fixture.sent.filter(({ kind }) => kind === "say").map((said) => "id" in said ? said.id : "")
  );
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size, "a second try is the same message").toBe(1);
});

test("a draft waits for its room", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("textbox", { name: "Message" }).fill("half a thought");
  await page.getByRole("link", { name: /Night school/ }).click();
  await expect(page.getByRole("heading", { name: "Night school" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue("");
  await page.getByRole("link", { name: /Garden plans/ }).click();
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue("half a thought");
});

test("again, alternates, edit and rewind", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  const log = page.getByRole("log");
  await log.focus();
  const twice = page.locator("article", { has: page.getByLabel("Answer 2 of 2") });
  await twice.getByRole("button", { name: "Previous answer" }).click();
  await expect(page.getByLabel("Answer 1 of 2")).toBeVisible();
  const mine = page.locator("article", { hasText: "give the bed a name" });
  await mine.focus();
  await mine.getByRole("button", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: "Edit your message" });
  await expect(editor).toBeFocused();
  await editor.fill("@Bo, name the bed, please");
  await page.keyboard.press("Enter");
  await expect(page.locator("article", { hasText: "name the bed, please" })).toContainText(
    "edited",
  );
  const first = page.locator("article", { hasText: "What should go in" });
  await first.focus();
  await first.getByRole("button", { name: "Rewind to here" }).click();
  const confirm = page.getByRole("dialog", { name: "Rewind to here?" });
  await expect(confirm).toContainText("Nothing is deleted");
  await confirm.getByRole("button", { name: "Rewind", exact: true }).click();
  await expect(log.getByText(/messages set aside/)).toBeVisible();
  await expect(log.getByText("The Long Afternoon")).toHaveCount(0);
  await log.getByRole("button", { name: "Show" }).click();
  await expect(log.getByText("The Long Afternoon")).toBeVisible();
});

test("a dialog takes the focus and gives it back", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  const opener = page.getByRole("button", { name: "Edit Ada" });
  await opener.click();
  await expect(page.getByRole("dialog", { name: "Edit Ada" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();
});

test("a persona is made, and its card says what is too long", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(dialog).toContainText("A persona needs a name.");
  await dialog.getByLabel("Name").fill("Dov");
  await dialog.getByLabel("In a few words").fill("x".repeat(300));
  await expect(dialog).toContainText("20 characters too many");
  await dialog.getByLabel("In a few words").fill("a night watchman who hums.");
  await expect(dialog.getByRole("figure")).toContainText("Dov: a night watchman who hums.");
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(page.getByRole("region", { name: "Cast" })).toContainText("Dov");
});

test("the theme is kept over a reload", async ({ page }) => {
  await openScene(page, "rooms", "#/settings");
  await page.getByText("Ink", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("radio", { name: "Ink" })).toBeChecked();
});
