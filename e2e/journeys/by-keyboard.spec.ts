/**
 * Journey 3, and what begins it, without a pointer: the driver's mouse throws, so only keys lead
 * anywhere, and at every step the focus is on something that can be seen.
 */

import { expect, type Page } from "@playwright/test";
import { disarm, goTo, readFocus, test } from "../support/hands-off-mouse.ts";
import { messageBox, untilSettled } from "../support/room.ts";
import { saidTexts } from "../support/shared-room.ts";

/** From the address to the message box of the room with Ada and Bo. */
async function begin(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Start with Ada and Bo" }).waitFor();
  await goTo(page, "Tab", "Start with Ada and Bo");
  await page.keyboard.press("Enter");
  await expect(messageBox(page)).toBeFocused();
  await page.getByRole("button", { name: "Keys", exact: true }).waitFor();
}

async function write(page: Page, text: string): Promise<void> {
  await expect(messageBox(page)).toBeFocused();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await expect(messageBox(page)).toHaveValue("");
  await expect(messageBox(page)).toBeFocused();
}

test("the fixture lets nothing but keys through", async ({ page }) => {
  await page.goto("/");
  const start = page.getByRole("button", { name: "Start with Ada and Bo" });
  await start.waitFor();
  await expect(async () => await start.click()).rejects.toThrow("only a keyboard");
  await expect(async () => await page.mouse.click(1, 1)).rejects.toThrow("only a keyboard");
  await expect(async () => await page.click("button")).rejects.toThrow("only a keyboard");
});

test("journey 3 by keyboard: share, copy the link, join, and talk both ways", async ({ page, openVisitor }) => {
  await begin(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await goTo(page, "F6", "Invite people");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Share this room" }).waitFor();
  await goTo(page, "Tab", "The name others will see");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Mika");
  await goTo(page, "Tab", "Share this room");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Copy link" }).waitFor();
  await goTo(page, "Tab", "Copy link");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("status")).toContainText("Copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await readFocus(page);

  const visitor = disarm(await openVisitor());
  await visitor.goto(link);
  await visitor.getByRole("button", { name: "Join", exact: true }).waitFor();
  await goTo(visitor, "Tab", "The name others will see");
  await visitor.keyboard.press("ControlOrMeta+a");
  await visitor.keyboard.type("Noor");
  await goTo(visitor, "Tab", "Join");
  await visitor.keyboard.press("Enter");
  await write(visitor, "Hello from the other browser");
  await expect(page.getByText("Hello from the other browser").first()).toBeVisible();
  await untilSettled(visitor, 2);
  await goTo(page, "F6", "Message");
  await write(page, "Welcome");
  await expect(visitor.getByText("Welcome").first()).toBeVisible();
  expect(await saidTexts(page)).toEqual(await saidTexts(visitor));
});
