/** What journeys of a shared room do: share, invite, join, and look at who is there. */

import { expect, type Page } from "@playwright/test";
import { messageBox, readEntries } from "./room.ts";

/**
 * Shares the open local room as Mika and gives an invite link, as a person copies it; through
 * another relay than the page's own when `relay` is its address.
 */
export async function shareAndCopyLink(
  page: Page,
  access: "write" | "read" = "write",
  relay?: string,
): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Invite people" }).first().click();
  await page.getByLabel("The name others will see").fill("Mika");
  if (relay !== undefined) {
    await page.getByText("Through another relay").click();
    await page.getByLabel("Address of the relay").fill(relay);
  }
  await page.getByRole("button", { name: "Share this room" }).click();
  const copy = page.getByRole("button", { name: "Copy link" });
  await expect(copy).toBeVisible();
  if (access === "read") await page.getByRole("radio", { name: /Only read/ }).check();
  await copy.click();
  await expect(page.getByRole("dialog").getByRole("status")).toContainText("Copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return link;
}

/** Opens an invite link under a name and waits for the room. */
export async function joinRoom(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("The name others will see").fill(name);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(messageBox(page)).toBeVisible();
}

/** Opens a link for reading and waits for the room, which has no message box. */
export async function joinAsReader(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("region", { name: "Cast" })).toBeVisible();
}

/** Adds a persona that this page's device owns. */
export async function addPersona(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("In a few words").fill(`${name} says little and listens well`);
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(dialog).toHaveCount(0);
}

/** What people said in the open room by its own log, in order. */
export async function saidTexts(page: Page): Promise<readonly string[]> {
  const roomId = new URL(page.url()).hash.split("/").at(-1);
  const entries = await readEntries(page);
  return entries.filter((entry) => entry.roomId === roomId && entry.body.kind === "say")
    .map(({ body }) => body.text ?? "");
}
