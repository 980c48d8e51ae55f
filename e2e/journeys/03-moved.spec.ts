/** Journey 3, its end: a room moves without somebody, and everybody else with it (D32). */

import type { Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { expectSettledOnce, messageBox, readEntries, say, startRoom } from "../support/room.ts";
import { addPersona, joinRoom, saidTexts, shareAndCopyLink } from "../support/shared-room.ts";

const roomOf = (page: Page): string => new URL(page.url()).hash.split("/").at(-1) ?? "";
const cast = (page: Page) => page.getByRole("region", { name: "Cast" });
/** Whom this person muted, and what rooms may call for. */
const choicesOf = (page: Page): Promise<string> =>
  page.evaluate(() => localStorage.getItem("conclave.attention") ?? "");

test("[SY255] journey 3: the room moves; who was offline follows with her words, who is left out knows", async ({ page, openVisitor }) => {
  await startRoom(page);
  await cast(page).getByRole("button", { name: "Mute Ada" }).press("Enter");
  const link = await shareAndCopyLink(page);
  const [noor, eve] = [await openVisitor(), await openVisitor()];
  await joinRoom(noor, link, "Noor");
  await addPersona(noor, "Dov");
  await joinRoom(eve, link, "Eve");
  await expect(page.getByText("3 people, 3 here").first()).toBeVisible();
  await expect(cast(page)).toContainText("on Noor's computer");
  const old = roomOf(page);

  await noor.context().setOffline(true);
  await say(noor, "First, without a network");
  await say(noor, "Second, without a network");
  await expect(noor.locator("article[data-waiting=true]")).toHaveCount(2);
  await messageBox(noor).fill("Not sent yet");

  await cast(page).getByRole("button", { name: "Mute Dov" }).press("Enter");
  await page.getByRole("button", { name: "Noor: device and safety words" }).click();
  await page.getByRole("button", { name: "Mute Noor" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Room options" }).click();
  await page.getByRole("radio", { name: "Nothing" }).check();
  await page.keyboard.press("Escape");
  const choices = await choicesOf(page);
  expect(choices.split(`"${old}`), "a level and three muted, of the shared room").toHaveLength(5);

  await page.getByRole("button", { name: "Eve: device and safety words" }).click();
  await page.getByRole("button", { name: "Move the room without Eve…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("What was said before stays readable");
  await checkAxe(page);
  await dialog.getByRole("button", { name: "Move the room" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => roomOf(page)).not.toBe(old);
  const moved = roomOf(page);
  await expect.poll(() => choicesOf(page)).toBe(choices.replaceAll(old, moved));
  await expect(page.getByText("2 people").first()).toBeVisible();

  await expect(eve.getByText("Mika moved this room without this device.")).toBeVisible();
  await expect(messageBox(eve)).toHaveCount(0);
  await checkAxe(eve);
  expect(roomOf(eve)).toBe(old);

  await noor.context().setOffline(false);
  await expect.poll(() => roomOf(noor)).toBe(moved);
  await expect(messageBox(noor)).toHaveValue("Not sent yet");
  const said = ["First, without a network", "Second, without a network"];
  for (const one of [page, noor]) {
    await expect.poll(() => saidTexts(one)).toEqual(said);
    await expect(cast(one).locator(".cast-name", { hasText: "Dov" })).toHaveCount(1);
  }
  await say(page, "We are all here now");
  await expect(noor.getByText("We are all here now").first()).toBeVisible();
  await expect(eve.getByText("We are all here now")).toHaveCount(0);
  expectSettledOnce(await readEntries(noor));

  // The old room is nobody's any more but Eve's, and the old link leads a member to the new one.
  await page.goto(`/#/room/${old}`);
  await expect.poll(() => roomOf(page)).toBe(moved);
  await page.goto("/#/");
  await expect(page.getByRole("link", { name: /garden room/i })).toHaveCount(1);
});
