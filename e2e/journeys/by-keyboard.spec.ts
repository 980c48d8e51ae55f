/**
 * Journeys 1, 3 and 4 without a pointer: the driver's mouse throws, so only keys lead anywhere, and
 * at every step the focus is on something that can be seen.
 */

import { expect, type Page } from "@playwright/test";
import { disarm, goTo, readFocus, test } from "../support/hands-off-mouse.ts";
import {
  expectSettledOnce,
  messageBox,
  readEntries,
  settledRows,
  untilSettled,
} from "../support/room.ts";
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

test("journey 1 by keyboard: begin, talk, ask why, look at the models", async ({ page }) => {
  await begin(page);
  await write(page, "Hello! I am Mika. Do you like roses?");
  await untilSettled(page, 2);
  await goTo(page, "Shift+Tab", /./);
  await goTo(page, "ArrowUp", /^(Ada|Bo), AI persona/);
  const answer = await readFocus(page);
  await page.keyboard.press("w");
  await page.getByRole("dialog", { name: /Why/ }).waitFor();
  expect(await readFocus(page)).toMatchObject({ role: "button", name: "Close" });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await readFocus(page)).toEqual(answer);
  await goTo(page, "F6", /garden room/);
  await goTo(page, "Tab", "Models");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Apache-2.0").first()).toBeVisible();
  expect((await readFocus(page)).role).toBe("main");
});

test("journey 3 by keyboard: share, copy the link, join, and talk both ways", async ({ page, openVisitor }) => {
  await begin(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await goTo(page, "F6", "Search in this room");
  await goTo(page, "Tab", "Invite people");
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

test("journey 4 by keyboard: again, the answer before, edit, rewind, stop", async ({ page }) => {
  await begin(page);
  await write(page, "Ada, tell me about your garden");
  await untilSettled(page, 2);
  await goTo(page, "Shift+Tab", /./);
  await goTo(page, "ArrowUp", /^Ada, AI persona/);
  await page.keyboard.press("a");
  const alternates = page.getByRole("group", { name: /Alternate/ });
  // Once the other answer is whole one can go back from it.
  await expect(alternates.getByRole("button", { name: "Previous answer" }))
    .toBeEnabled({ timeout: 60_000 });
  await readFocus(page);
  await goTo(page, "Tab", "Previous answer");
  await page.keyboard.press("Enter");
  await expect(alternates.getByRole("button", { name: "Previous answer" })).toBeDisabled();
  // The button is switched off now: its message has the focus.
  await expect.poll(async () => (await readFocus(page)).name).toMatch(/^Ada, AI persona/);

  await goTo(page, "k", /^You, /);
  await page.keyboard.press("e");
  await expect(page.getByRole("textbox", { name: "Edit your message" })).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Do you like trains?");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Do you like trains?").first()).toBeVisible();
  expect((await readFocus(page)).name).toMatch(/^You, /);
  await expect.poll(async () => {
    const entries = await readEntries(page);
    const edit = entries.find(({ body }) => body.kind === "edit");
    return entries.filter(({ body }) => body.kind === "settle" && body.turn === edit?.seq).length;
  }, { timeout: 60_000 }).toBe(2);

  await page.keyboard.press("Enter");
  await goTo(page, "Tab", "Rewind to here", 6);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await goTo(page, "Tab", "Rewind", 6);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/set aside/).first()).toBeVisible();
  await readFocus(page);

  await goTo(page, "F6", "Message");
  const stopped = settledRows(page, ["stopped"]);
  for (let asked = 1; asked <= 8 && await stopped.count() === 0; asked += 1) {
    await write(page, `Tell me long story ${asked} about a fox and a lantern`);
    await page.keyboard.press("Escape");
    await expect(page.locator("[data-outcome=streaming]")).toHaveCount(0, { timeout: 2_000 });
    await expect(messageBox(page)).toBeFocused();
  }
  await expect(stopped.first()).toBeVisible();
  expectSettledOnce(await readEntries(page));
});
