/** Pinned messages, on a hand-made client. What an entry means is of shared/room. */

import type { Locator, Page } from "@playwright/test";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_garden";

function message(page: Page, text: string): Locator {
  return page.getByRole("article").filter({ hasText: text });
}

async function pin(page: Page, text: string): Promise<void> {
  const article = message(page, text).first();
  await article.focus();
  await article.getByRole("button", { name: "Pin for everybody" }).press("Enter");
}

for (const width of [390, 1440]) {
  test(`[SY204] at ${width} px pins are one line that opens, leads to each and takes them away`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openScene(page, "room", ROOM);
    await pin(page, "soil likes a pause");
    const pins = page.getByRole("region", { name: "Pinned messages" });
    await expect(pins).toContainText("1 pinned message");
    await expect(pins).toContainText("Ada:");
    await pin(page, "The bed along the south wall");
    const head = pins.getByRole("button", { name: /2 pinned messages/ });
    await expect(head).toHaveAttribute("aria-expanded", "false");
    await page.emulateMedia({ reducedMotion: "reduce" });
    await checkAxe(page);
    await head.press("Enter");
    await expect(pins.getByRole("listitem")).toHaveCount(2);
    await expect(pins.getByRole("listitem").first()).toContainText("The bed along the south wall");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await checkAxe(page);
    }
    const overflow = await page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await pins.getByRole("listitem").last().getByRole("button").first().click();
    await expect(message(page, "soil likes a pause").first()).toBeFocused();
    await pins.getByRole("button", { name: "Unpin the message of Ada" }).press("Enter");
    await expect(pins.getByRole("listitem")).toHaveCount(1);
    await expect(head.or(pins.getByRole("button", { name: /1 pinned message/ }))).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(pins.getByRole("listitem")).toHaveCount(0);
    expect(await page.evaluate(() => fixture.sent.some(({ kind }) => kind === "stop"))).toBe(false);
  });
}

test("[SY204] a reader sees pins and goes to them, and can neither pin, unpin nor reply", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await pin(page, "soil likes a pause");
  await page.evaluate(() => {
    const room = fixture.rooms.get("rm_garden");
    if (room === undefined) throw new Error("no room");
    room.shared = {
      link: { phase: "live" },
      present: [],
      access: "read",
      relayHost: "conclave.example",
      refused: [],
    };
    fixture.publish();
  });
  await expect(page.getByText("You are reading along.")).toBeVisible();
  await page.getByRole("button", { name: /1 pinned message/ }).click();
  const pins = page.getByRole("region", { name: "Pinned messages" });
  await expect(pins.getByRole("listitem").filter({ hasText: "Ada:" })).toBeVisible();
  for (const name of [/^Unpin/, /^Pin for/, /^Reply to/]) {
    await expect(page.getByRole("button", { name })).toHaveCount(0);
  }
});

test("[SY202] a pin of what is not on this device says so", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await pin(page, "soil likes a pause");
  await page.evaluate(() => {
    const room = fixture.rooms.get("rm_garden");
    if (room === undefined) throw new Error("no room");
    room.state = { ...room.state, messages: room.state.messages.slice(-1) };
    fixture.publish();
  });
  const pins = page.getByRole("region", { name: "Pinned messages" });
  await pins.getByRole("button", { name: /1 pinned message/ }).click();
  await pins.getByRole("listitem").getByRole("button").first().click();
  await expect(page.getByText("That message is not on this device")).toBeVisible();
});
