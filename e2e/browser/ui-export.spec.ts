/** Saving a room for other programs, and importing its JSON lines. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { createJsonlReader } from "#shared/hosting/mod.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

async function openOptions(page: Page) {
  await page.getByRole("button", { name: "Room options" }).click();
  return page.getByRole("dialog", { name: "Room options" });
}

for (const width of [1440, 390]) {
  test(`[SY223] [SY224] a room is saved as JSON lines and as a transcript, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await openScene(page, "room", "#/room/rm_garden");
    const dialog = await openOptions(page);
    const texts = await page.evaluate(() =>
      fixture.snapshot.value.room?.state.messages.map(({ text }) => text)
    );
    const part = dialog.getByRole("region", { name: "Save for other programs" });
    const saving = page.waitForEvent("download");
    await part.getByRole("button", { name: "Messages as JSON lines" }).click();
    const lines = await saving;
    expect(lines.suggestedFilename()).toBe("Garden-plans.jsonl");
    await expect(part.getByRole("status")).toContainText("is saved as Garden-plans.jsonl");
    const reader = createJsonlReader();
    for (const line of readFileSync(await lines.path(), "utf8").split("\n")) reader.push(line);
    const read = reader.finish();
    expect(read.ok && read.value.map(({ text }) => text)).toEqual(texts);

    const writing = page.waitForEvent("download");
    await part.getByRole("button", { name: "Transcript as Markdown" }).click();
    const transcript = readFileSync(await (await writing).path(), "utf8");
    expect(transcript.match(/^## /gm)?.length).toBe(texts?.length);
    expect(transcript).toContain("## **Ada** (AI) · ");
    await checkAxe(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "nothing is wider than the screen").toBeLessThanOrEqual(0);
  });
}

test("[SY225] ten thousand messages are written with progress, and cancelling leaves no file", async ({ page }) => {
  await openScene(page, "many", "#/room/rm_many");
  const dialog = await openOptions(page);
  const part = dialog.getByRole("region", { name: "Save for other programs" });
  let downloads = 0;
  page.on("download", () => downloads += 1);
  // Presses Cancel with the first progress that is drawn: a person is not that fast.
  await part.evaluate((box) => {
    new MutationObserver((_changes, watcher) => {
      const cancel = [...box.querySelectorAll("button")].find((one) => one.innerText === "Cancel");
      if (cancel === undefined || box.querySelector("progress") === null) return;
      watcher.disconnect();
      cancel.click();
    }).observe(box, { childList: true, subtree: true });
  });
  await part.getByRole("button", { name: "Messages as JSON lines" }).click();
  await expect(part.getByRole("status")).toHaveText("Cancelled. No file was saved.");
  expect(downloads).toBe(0);
  const saving = page.waitForEvent("download");
  await part.getByRole("button", { name: "Messages as JSON lines" }).click();
  const text = readFileSync(await (await saving).path(), "utf8");
  expect(text.trimEnd().split("\n").length).toBe(10_000);
});

test("[SY226] a bad line refuses the file by its number, and nothing is made", async ({ page }) => {
  await openScene(page, "first");
  await page.getByRole("button", { name: "Import a room" }).click();
  const dialog = page.getByRole("dialog", { name: "Import a room" });
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Choose a file" }).click();
  const good = JSON.stringify({ at: 0, author: "Ada", kind: "person", text: "x" });
  const buffer = Buffer.from(`${good}\n{"at":0,"author":"Ada","kind":"person"}\n`);
  await (await chooser).setFiles({ name: "talk.jsonl", mimeType: "application/jsonl", buffer });
  await expect(dialog.getByRole("status")).toHaveText(
    "Nothing was changed. Line 2 cannot be read: the field text is missing or wrong.",
  );
  await checkAxe(page);
  expect(await page.evaluate(() => fixture.sent.some(({ kind }) => kind === "import-room")))
    .toBe(false);
});

test("[SY227] JSON lines become a room of their messages", async ({ page }) => {
  await openScene(page, "rooms");
  await page.getByRole("button", { name: "Import a room" }).click();
  const dialog = page.getByRole("dialog", { name: "Import a room" });
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Choose a file" }).click();
  const lines = [
    { id: 1, at: "2026-11-22T04:00:00Z", author: "Mika", kind: "person", text: "Hello" },
    {
      id: 2,
      at: "2026-11-22T04:00:01Z",
      author: "Ada",
      kind: "persona",
      text: "Good day",
      turn: 1,
    },
  ];
  const buffer = Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n"));
  await (await chooser).setFiles({ name: "Old talk.jsonl", mimeType: "", buffer });
  const sent = () =>
    page.evaluate(() => {
      const command = fixture.sent.find(({ kind }) => kind === "import-room");
      if (command?.kind !== "import-room") return undefined;
      const { name, state } = command.saved;
      return { name, texts: state.messages.map(({ text }) => text), cast: state.personas.size };
    });
  await expect.poll(sent).toEqual({ name: "Old talk", texts: ["Hello", "Good day"], cast: 1 });
});
