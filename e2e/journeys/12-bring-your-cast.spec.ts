/**
 * Journey 12: cards of every version and container become personas that speak, and go along with
 * all that their files had; a room goes along as a file. On the real starter. The guard of every
 * test fails it on any request to another origin: cards name many.
 */

import { readFileSync } from "node:fs";
import type { Download, Locator, Page } from "@playwright/test";
import { readRoomFile } from "#shared/hosting/mod.ts";
import { cardFixtures } from "#shared/personas/cards/card-fixtures.contract.ts";
import { readCardFile, writeCardPng } from "#shared/personas/mod.ts";
import { onePixel } from "../browser/ui/one-pixel.ts";
import { expect, test } from "../support/fixtures.ts";
import {
  readEntries,
  say,
  settledRows,
  settlementKeys,
  startRoom,
  untilSettled,
} from "../support/room.ts";

const ANSWER_MS_MAX = 60_000;

const dov = {
  spec: "chara_card_v2",
  spec_version: "2.0",
  data: {
    name: "Dov",
    description: "{{char}} is a night watchman who hums. Likes lamps.",
    first_mes: "Who goes there?",
    creator_notes: "from elsewhere <img src=https://elsewhere.example/pixel.png>",
    extensions: { fav: true },
    assets: [{ type: "icon", uri: "https://elsewhere.example/icon.png", name: "main" }],
    character_book: {
      extensions: {},
      entries: [
        { keys: ["lamp"], content: "{{user}} has the lamp of {{char}}.", insertion_order: 1 },
        { keys: ["(lan|can)tern+"], use_regex: true, content: "Lanterns stay off." },
        { keys: ["rain"], content: "The rain never comes." },
      ],
    },
  },
};

async function choose(page: Page, scope: Locator, button: string, name: string, bytes: Uint8Array) {
  const chooser = page.waitForEvent("filechooser");
  await scope.getByRole("button", { name: button }).click();
  const buffer = Buffer.from(bytes);
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
}

async function downloadOf(
  page: Page,
  press: () => Promise<void>,
): Promise<readonly [Download, Uint8Array]> {
  const waiting = page.waitForEvent("download");
  await press();
  const download = await waiting;
  return [download, new Uint8Array(readFileSync(await download.path()))];
}

/** Keeps the texts that the page gives its worker: what the model is to read. */
async function listenToPrompts(page: Page): Promise<() => Promise<string>> {
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    for (const { prototype } of [Worker, MessagePort]) {
      const { postMessage } = prototype;
      prototype.postMessage = function (this: Worker, ...given: unknown[]) {
        told.push(JSON.stringify(given[0]) ?? "");
        return Reflect.apply(postMessage, this, given);
      } as never;
    }
  });
  return () => page.evaluate(() => (globalThis as unknown as { told: string[] }).told.join("\n"));
}

test("journey 12: an imported persona speaks by her card, and goes along with all her file had", async ({ page }) => {
  const prompts = await listenToPrompts(page);
  await startRoom(page);
  const picture = writeCardPng(onePixel(), dov);
  if (!picture.ok) throw new Error("no picture");
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await choose(page, dialog, "Import a card", "dov.png", picture.value);
  await expect(dialog.getByText("Read Dov from dov.png.")).toBeVisible();
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  const inCast = page.locator(".cast-card[data-persona]", { hasText: "Dov" });
  await expect(inCast).toContainText("on this device");
  const persona = await inCast.getAttribute("data-persona");

  await say(page, "@Dov, where is the lamp and the lantern?");
  const answer = page.locator(`article[data-persona="${persona}"]`);
  await expect(answer).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await expect(settledRows(page, ["replied", "silent"]).first()).toBeVisible({
    timeout: ANSWER_MS_MAX,
  });
  await expect(answer).toContainText("Dov");
  const read = await prompts();
  expect(read, "a lore entry by its key, with macros").toMatch(/[^{}"]+ has the lamp of Dov\./);
  expect(read, "a lore entry by its pattern").toContain("Lanterns stay off.");
  expect(read, "an entry that nobody spoke of").not.toContain("The rain never comes.");
  expect(read, "what people note about a card").not.toContain("elsewhere");
  const stored = (await readEntries(page)).find(({ body }) =>
    body.kind === "persona" && body.persona === persona
  );
  expect(JSON.stringify(stored)).toContain("{{user}} has the lamp of {{char}}.");
  expect(JSON.stringify(stored), "what nobody reads stays in the file").not.toContain("elsewhere");

  await page.reload();
  await page.getByRole("button", { name: "Edit Dov" }).click();
  for (const [button, format] of [["Save as picture", "png"], ["Save as JSON", "json"]] as const) {
    const [, bytes] = await downloadOf(
      page,
      () => page.getByRole("button", { name: button }).click(),
    );
    const back = readCardFile(bytes);
    if (!back.ok) throw new Error(back.error.kind);
    expect(back.value.format).toBe(format);
    const { conclave, ...extensions } = back.value.card.extensions;
    expect(conclave).toBeDefined();
    expect({ ...back.value.card.data, extensions }).toMatchObject(dov.data);
  }
});

test("journey 12: cards of every version, container and encoding are read, others refused in words", async ({ page }) => {
  await startRoom(page);
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  const status = dialog.getByRole("region", { name: "Import a card" }).getByRole("status");
  const input = dialog.locator("input[type=file]");
  // Files of many megabytes cross to the browser slowly; shared/personas/cards reads those.
  const files = cardFixtures.map((fixture) => ({ fixture, bytes: fixture.bytes() }))
    .filter(({ bytes }) => bytes.length < 200_000);
  expect(files.length).toBeGreaterThan(60);
  for (const [index, { fixture, bytes }] of files.entries()) {
    const mimeType = "application/octet-stream";
    await input.setInputFiles({ name: `file-${index}`, mimeType, buffer: Buffer.from(bytes) });
    await expect(status, fixture.title).toContainText(
      fixture.gives === "card" ? `from file-${index}.` : "Nothing was changed. ",
    );
    const said = await status.textContent();
    expect(said, "in words, not in names of errors").not.toMatch(
      /malformed|undefined|\{|-json|png-/,
    );
  }
});

/** "Room options" of the open room, saved; and what it says. */
async function saveRoom(page: Page): Promise<Uint8Array> {
  await page.getByRole("button", { name: "Room options" }).click();
  const dialog = page.getByRole("dialog", { name: "Room options" });
  const [download, bytes] = await downloadOf(
    page,
    () => dialog.getByRole("button", { name: "Save as a file" }).click(),
  );
  expect(download.suggestedFilename()).toBe("The-garden-room.conclave");
  await expect(dialog.getByText(/is saved as The-garden-room\.conclave/)).toBeVisible();
  await page.keyboard.press("Escape");
  return bytes;
}

async function importRoom(page: Page, bytes: Uint8Array, name = "room.conclave"): Promise<Locator> {
  await page.getByRole("button", { name: "Import a room" }).click();
  const dialog = page.getByRole("dialog", { name: "Import a room" });
  await choose(page, dialog, "Choose a file", name, bytes);
  return dialog;
}

test("journey 12: a room goes along as a file to another browser, and goes on there", async ({ page, openVisitor }) => {
  test.setTimeout(120_000);
  await startRoom(page);
  await say(page, "Ada, do you like tea?");
  await untilSettled(page, 2);
  const saved = await saveRoom(page);
  const file = readRoomFile(saved);
  if (!file.ok) throw new Error(file.error.kind);
  const texts = file.value.state.messages.map(({ text }) => text);
  expect(texts[0]).toBe("Ada, do you like tea?");

  const visitor = await openVisitor();
  await visitor.goto("/");
  const dialog = await importRoom(visitor, new TextEncoder().encode("hello"), "hello.txt");
  await expect(dialog.getByText(/This is no saved room/)).toBeVisible();
  await choose(
    visitor,
    dialog,
    "Choose a file",
    "bad",
    saved.map((byte, at) => at === 99 ? 1 : byte),
  );
  await expect(dialog.getByText(/The file is damaged/)).toBeVisible();
  expect(await readEntries(visitor), "nothing was made").toEqual([]);
  await choose(visitor, dialog, "Choose a file", "room.conclave", saved);
  await expect(visitor.getByRole("heading", { name: "The garden room" })).toBeVisible();
  await expect(visitor.getByText(/The garden room is here: \d message/)).toBeVisible();
  for (const text of texts.filter((one) => one !== "")) {
    await expect(visitor.getByText(text).first()).toBeVisible();
  }

  const before = settlementKeys(await readEntries(visitor));
  expect(before, "nobody answers again what was answered before").toEqual([]);
  await say(visitor, "Bo, and you?");
  await expect.poll(async () => settlementKeys(await readEntries(visitor)).length, {
    timeout: ANSWER_MS_MAX,
  }).toBe(2);
  await visitor.reload();
  await expect(visitor.getByText("Bo, and you?").first()).toBeVisible();
  const again = readRoomFile(await saveRoom(visitor));
  if (!again.ok) throw new Error(again.error.kind);
  const said = again.value.state.messages;
  expect(said.slice(0, texts.length).map(({ text }) => text)).toEqual(texts);
  expect(said[0]?.author, "her words stay hers").toBe(file.value.state.messages[0]?.author);
  expect(said[0]?.author).not.toBe(said[texts.length]?.author);
});
