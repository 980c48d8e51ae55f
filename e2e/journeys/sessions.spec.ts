/** How a persona works, looked into on the real starter: private work, pause, memory, two tabs. */

import type { Locator, Page } from "@playwright/test";
import { engineWorkers } from "../support/engine-worker.ts";
import { expect, test } from "../support/fixtures.ts";
import {
  expectSettledOnce,
  readEntries,
  say,
  settledRows,
  startRoom,
  untilSettled,
} from "../support/room.ts";

const ANSWER_MS_MAX = 60_000;

async function openSession(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "How Ada works" }).click();
  const dialog = page.getByRole("dialog", { name: "How Ada works" });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** What was said in private, as the log has it. */
const privateAnswers = (dialog: Locator): Locator =>
  dialog.getByRole("log").locator('[data-line="words"]', { hasText: "Private answer" });

test("sessions: a private question is answered in private, once, and stays over a reload", async ({ page }) => {
  await startRoom(page);
  await say(page, "Hello, both!");
  await untilSettled(page, 2);
  const before = (await readEntries(page)).length;
  let dialog = await openSession(page);
  await expect(dialog.locator(".insp-facts")).toContainText("Starter");
  const box = dialog.getByRole("textbox", { name: "Private question to Ada" });
  await box.fill("What do you think of Bo?");
  await box.press("Enter");
  await expect(dialog.getByText("What do you think of Bo?").first()).toBeVisible();
  await expect(privateAnswers(dialog)).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await expect(dialog.getByText("Idle · Nothing to do right now.")).toBeVisible();
  expect((await readEntries(page)).length, "the room has heard nothing").toBe(before);
  const answer = await privateAnswers(dialog).textContent() ?? "";
  await page.reload();
  dialog = await openSession(page);
  await expect(privateAnswers(dialog)).toHaveText(answer);
  await expect(privateAnswers(dialog)).toHaveCount(1);
});

test("sessions: a paused persona says nothing until she is resumed, also over a reload", async ({ page }) => {
  await startRoom(page);
  let dialog = await openSession(page);
  const status = (): Locator => dialog.locator(".insp-status");
  await dialog.getByRole("button", { name: "Pause" }).click();
  await expect(dialog.locator("[data-told]")).toHaveText(/What it was doing is kept/);
  const box = dialog.getByRole("textbox", { name: "Private question to Ada" });
  await box.fill("Tell me about the sea.");
  await box.press("Enter");
  await expect(dialog.locator("[data-told]")).toContainText("Asked.");
  await page.reload();
  dialog = await openSession(page);
  await expect(status()).toHaveAttribute("data-status", "paused");
  await page.keyboard.press("Escape");
  await say(page, "Hello, both!");
  await expect(settledRows(page, ["replied"])).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await expect(page.getByText("Ada is paused on this device")).toBeVisible();
  dialog = await openSession(page);
  await expect(privateAnswers(dialog)).toHaveCount(0);
  await dialog.getByRole("button", { name: "Resume" }).click();
  await expect(privateAnswers(dialog)).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await page.keyboard.press("Escape");
  await expect(settledRows(page, ["replied"])).toHaveCount(2, { timeout: ANSWER_MS_MAX });
  expectSettledOnce(await readEntries(page));
});

test("sessions: a follower's tab sees the same session live, and what a person remembers for her", async ({ page, context }) => {
  await startRoom(page);
  await say(page, "Hello, both!");
  await untilSettled(page, 2);
  const second = await context.newPage();
  await second.goto(page.url());
  const there = await openSession(second);
  await there.getByRole("tab", { name: "Remembers" }).click();
  await there.getByRole("textbox", { name: "Something to remember" }).fill("Bo is shy.");
  await there.getByRole("button", { name: "Remember this" }).click();
  const remembered = (dialog: Locator): Locator =>
    dialog.getByRole("tabpanel", { name: "Remembers" }).getByText("Bo is shy.");
  await expect(remembered(there)).toBeVisible();
  const here = await openSession(page);
  await here.getByRole("tab", { name: "Remembers" }).click();
  await expect(remembered(here)).toBeVisible();
  const box = there.getByRole("textbox", { name: "Private question to Ada" });
  await box.fill("Is Bo shy?");
  await box.press("Enter");
  await expect(privateAnswers(there)).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await expect(privateAnswers(here)).toHaveText(await privateAnswers(there).textContent() ?? "");
  // The leader goes: the other tab takes over, and has the same log.
  await page.close();
  await expect.poll(() => engineWorkers(second).length, { timeout: 10_000 }).toBe(1);
  await expect(privateAnswers(there)).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await box.fill("And Ada?");
  await box.press("Enter");
  await expect(privateAnswers(there)).toHaveCount(2, { timeout: ANSWER_MS_MAX });
});
