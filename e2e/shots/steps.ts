/** What people do on the way to a screen's state. */

import type { Locator, Page } from "@playwright/test";

export const GARDEN = "#/room/rm_garden";
export const SHARED_ID = "ORgzX2Jzb9sZtQ1k3v0a9w";
export const SHARED = `#/room/${SHARED_ID}`;

export async function press(page: Page, name: string | RegExp): Promise<void> {
  const exact = typeof name === "string";
  await page.getByRole("button", { name, exact }).first().click();
}

/** On a phone the cast stands in a sheet; on a wide screen it is there already. */
export async function showSide(page: Page): Promise<void> {
  const side = page.getByRole("button", { name: "Cast and turn" });
  if (await side.isVisible()) await side.click();
  await page.getByRole("region", { name: "Cast" }).waitFor();
}

/** Presses a button of the cast and waits for the dialog it opens. */
export async function openFromCast(page: Page, name: string | RegExp): Promise<Locator> {
  await showSide(page);
  await press(page, name);
  const dialog = page.getByRole("dialog").last();
  await dialog.waitFor();
  return dialog;
}

/** Opens a message's tools, as a keyboard does, and presses one. */
export async function pressOnMessage(page: Page, persona: string, name: string): Promise<void> {
  const answer = page.locator(`article[data-persona="${persona}"]`).last();
  await answer.focus();
  await answer.getByRole("button", { name }).click();
}

/** Chooses a file by the button that asks for one. */
export async function chooseFile(
  page: Page,
  button: Locator,
  name: string,
  text: string,
): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await button.focus();
  await page.keyboard.press("Enter");
  const buffer = Buffer.from(text);
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
}
