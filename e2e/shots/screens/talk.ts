/** What people do with messages and rooms besides talking. */

import type { Page } from "@playwright/test";
import type { Screen } from "../screen.ts";
import { GARDEN, press, pressOnMessage, SHARED, showSide } from "../steps.ts";

export const talkScreens: readonly Screen[] = [
  { name: "room-reply", scene: "room", hash: GARDEN, show: reply },
  { name: "room-replied", scene: "room", hash: GARDEN, show: sendReply },
  { name: "room-pins", scene: "room", hash: GARDEN, show: openPins },
  { name: "room-rewound", scene: "room", hash: GARDEN, show: rewind },
  { name: "room-branch", scene: "room", hash: GARDEN, show: branch },
  { name: "room-muted", scene: "room", hash: GARDEN, show: mute },
  { name: "room-who-reads", scene: "room", hash: GARDEN, show: showReaders },
  { name: "room-search", scene: "room", hash: GARDEN, show: searchRoom },
  { name: "room-keys", scene: "room", hash: GARDEN, show: showKeys },
  { name: "shared-leave", scene: "shared", hash: SHARED, show: askToLeave },
  { name: "search-empty", scene: "rooms", hash: "#/search" },
  { name: "search-found", scene: "rooms", hash: "#/search", show: searchAll },
];

async function reply(page: Page): Promise<void> {
  await pressOnMessage(page, "pe_ada", "Reply to Ada");
}

async function sendReply(page: Page): Promise<void> {
  await reply(page);
  await page.keyboard.type("How long a pause?");
  await page.keyboard.press("Enter");
  await page.getByText("How long a pause?").first().waitFor();
}

async function openPins(page: Page): Promise<void> {
  await pressOnMessage(page, "pe_ada", "Pin for everybody");
  await press(page, /1 pinned message/);
}

async function rewind(page: Page): Promise<void> {
  await pressOnMessage(page, "pe_ada", "Rewind to here");
  await page.getByRole("dialog").getByRole("button", { name: "Rewind", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).first().waitFor();
}

async function branch(page: Page): Promise<void> {
  await pressOnMessage(page, "pe_ada", "Branch from here");
  await page.getByRole("dialog").waitFor();
}

async function mute(page: Page): Promise<void> {
  await showSide(page);
  await press(page, "Mute Ada");
}

async function showReaders(page: Page): Promise<void> {
  await showSide(page);
  await page.getByText("Who reads what you write").click();
}

async function searchRoom(page: Page): Promise<void> {
  const open = page.getByRole("button", { name: "Search in this room" });
  if (!await open.isVisible()) await press(page, "Room options");
  await open.click();
  await page.getByLabel("Words to search for").fill("rosemary");
  await page.getByRole("search").getByRole("status").filter({ hasText: /\d/ }).waitFor();
}

async function showKeys(page: Page): Promise<void> {
  await page.getByRole("log").focus();
  await page.waitForFunction(() => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "?", bubbles: true, cancelable: true }),
    );
    return document.querySelector("dialog[open]") !== null;
  });
}

async function askToLeave(page: Page): Promise<void> {
  await press(page, "Room options");
  await press(page, "Leave room");
}

async function searchAll(page: Page): Promise<void> {
  await page.getByLabel("Words to search for").fill("apples");
  await page.getByRole("status").filter({ hasText: /\d message/ }).waitFor();
}
