/** A room on this device, in every state that a person may find it in. */

import type { Locator, Page } from "@playwright/test";
import type { Screen } from "../screen.ts";
import { GARDEN, openFromCast, press, pressOnMessage, showSide } from "../steps.ts";

const RULES = "#/room/rm_rules";

export const roomScreens: readonly Screen[] = [
  { name: "room-empty", scene: "empty", hash: "#/room/rm_empty" },
  { name: "room-talking", scene: "room", hash: GARDEN },
  { name: "room-streaming", scene: "live", hash: GARDEN },
  { name: "room-chorus", scene: "chorus", hash: GARDEN },
  { name: "room-silent", scene: "silence", hash: GARDEN },
  { name: "room-restarting", scene: "restarting", hash: GARDEN },
  { name: "room-loading-model", scene: "loading", hash: GARDEN },
  { name: "room-engine-stopped", scene: "engine", hash: GARDEN },
  { name: "room-long", scene: "long", hash: GARDEN },
  { name: "room-long-top", scene: "long", hash: GARDEN, show: scrollUp },
  { name: "room-hostile", scene: "hostile", hash: "#/room/rm_hostile" },
  { name: "room-many-messages", scene: "many", hash: "#/room/rm_many" },
  { name: "room-pictures", scene: "pictures", hash: GARDEN },
  { name: "room-picture-open", scene: "pictures", hash: GARDEN, show: openPicture },
  { name: "room-picture-attached", scene: "pictures", hash: GARDEN, show: attachPicture },
  { name: "room-missing", scene: "rooms", hash: "#/room/rm_gone" },
  { name: "room-mention", scene: "room", hash: GARDEN, show: mention },
  { name: "room-edit", scene: "room", hash: GARDEN, show: editMessage },
  { name: "room-refused", scene: "room", hash: GARDEN, show: refuseMessage },
  { name: "room-message-tools", scene: "room", hash: GARDEN, show: focusMessage },
  { name: "room-cast", scene: "live", hash: GARDEN, show: showSide },
  { name: "room-chorus-cast", scene: "chorus", hash: GARDEN, show: showSide },
  { name: "room-turn-table", scene: "room", hash: GARDEN, show: showTable },
  { name: "room-why", scene: "room", hash: GARDEN, show: openWhy },
  { name: "room-why-debate", scene: "debate", hash: RULES, show: openWhyOfDebate },
  { name: "room-why-table", scene: "room", hash: GARDEN, show: openWhyTable },
  { name: "room-why-director", scene: "chosen", hash: RULES, show: openWhy },
  { name: "room-options", scene: "room", hash: GARDEN, show: openOptions },
  { name: "room-delete", scene: "room", hash: GARDEN, show: askToDelete },
  { name: "room-rewind", scene: "room", hash: GARDEN, show: askToRewind },
  { name: "room-recipe", scene: "room", hash: GARDEN, show: openRecipe },
  { name: "room-recipe-director", scene: "choosing", hash: RULES, show: openRecipe },
  { name: "room-recipe-debate", scene: "debate", hash: RULES, show: openRecipe },
  { name: "room-choosing", scene: "choosing", hash: RULES },
  { name: "room-debate", scene: "debate", hash: RULES },
  { name: "room-director-gone", scene: "director-gone", hash: RULES },
  { name: "room-chosen", scene: "chosen", hash: RULES },
  { name: "room-services", scene: "services", hash: GARDEN },
  { name: "room-update", scene: "rooms", hash: GARDEN, show: announceUpdate },
  { name: "room-notices", scene: "engine", hash: GARDEN, show: tellProblems },
];

async function scrollUp(page: Page): Promise<void> {
  await page.getByRole("log").evaluate((box) => box.scrollTo(0, 0));
  await page.getByRole("button", { name: "Jump to newest" }).waitFor();
}

/** The newest message of the person whose page it is. */
function ownMessage(page: Page): Locator {
  return page.locator("article[data-seq][data-turn]:not([data-persona])").last();
}

async function openPicture(page: Page): Promise<void> {
  await page.getByRole("button", { name: /The bed along the south wall/ }).click();
  await page.getByRole("dialog").getByRole("img").waitFor();
}

async function attachPicture(page: Page): Promise<void> {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext("2d");
    if (context !== null) {
      context.fillStyle = "#7d9a6b";
      context.fillRect(0, 0, 640, 480);
      context.fillStyle = "#e8c98d";
      context.fillRect(0, 0, 640, 190);
    }
    const blob = await canvas.convertToBlob({ type: "image/png" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const file = { name: "bed.png", mimeType: "image/png", buffer: Buffer.from(bytes) };
  await page.getByLabel("Write to the room").locator("input[type=file]").setInputFiles(file);
  await page.getByRole("textbox", { name: "What picture 1 shows" }).waitFor();
}

async function mention(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).pressSequentially("Could you, @");
  await page.getByRole("listbox").waitFor();
}

async function editMessage(page: Page): Promise<void> {
  const own = ownMessage(page);
  await own.focus();
  await own.getByRole("button", { name: "Edit" }).click();
  await own.getByRole("textbox").waitFor();
}

async function refuseMessage(page: Page): Promise<void> {
  await page.evaluate(() => {
    fixture.refuse = { kind: "storage-failed", detail: "transaction aborted" };
  });
  await page.getByRole("textbox", { name: "Message" }).fill("And the roses?");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
}

async function focusMessage(page: Page): Promise<void> {
  await page.locator('article[data-persona="pe_ada"]').last().focus();
  await page.keyboard.press("Shift");
}

async function showTable(page: Page): Promise<void> {
  await showSide(page);
  const table = page.getByText("Show as a table").first();
  await table.click();
  await table.evaluate((summary) => summary.scrollIntoView({ block: "center" }));
}

async function openWhy(page: Page): Promise<void> {
  await pressOnMessage(page, "pe_bo", "Why this answer");
  await page.getByRole("dialog").waitFor();
}

async function openWhyTable(page: Page): Promise<void> {
  await openWhy(page);
  await page.getByRole("dialog").getByText("Show as a table").click();
}

async function openWhyOfDebate(page: Page): Promise<void> {
  await pressOnMessage(page, "pe_cleo", "Why this answer");
  await page.getByRole("dialog").waitFor();
}

async function openOptions(page: Page): Promise<void> {
  await press(page, "Room options");
  await page.getByRole("dialog").waitFor();
}

async function askToDelete(page: Page): Promise<void> {
  await openOptions(page);
  await press(page, "Delete room");
}

async function askToRewind(page: Page): Promise<void> {
  const own = ownMessage(page);
  await own.focus();
  await own.getByRole("button", { name: "Rewind to here" }).click();
  await page.getByRole("dialog").waitFor();
}

async function openRecipe(page: Page): Promise<void> {
  await openFromCast(page, /^Who answers/);
}

async function announceUpdate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { fixtureUpdates } = globalThis as unknown as {
      readonly fixtureUpdates: { readonly isReady: { value: boolean } };
    };
    fixtureUpdates.isReady.value = true;
  });
  await page.getByRole("button", { name: "Use it now" }).waitFor();
}

async function tellProblems(page: Page): Promise<void> {
  await page.evaluate(() => {
    const problems = [
      { id: "pb_1", atMs: 1, doing: "set-name", error: { kind: "storage-denied", detail: "no" } },
      { id: "pb_2", atMs: 2, doing: "share-room", error: { kind: "relay-unreachable" } },
    ] as unknown as typeof fixture.snapshot.value.problems;
    fixture.patch({ problems });
  });
}
