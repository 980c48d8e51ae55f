/** Cards in the persona's dialog: import by choice and by drop, what enters, export and back. */

import { readFileSync } from "node:fs";
import type { Download, Locator, Page } from "@playwright/test";
import { personaToCard, readCardFile, writeCardCharx, writeCardPng } from "#shared/personas/mod.ts";
import { onePixel } from "./ui/one-pixel.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_garden";

const dov = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: {
    name: "Dov Ash",
    nickname: "Dov",
    description: "{{char}} is a night watchman who hums. He knows {{user}}.",
    personality: "",
    scenario: "<img src=https://elsewhere.example/pixel.png> a quiet yard",
    first_mes: "Who goes there?",
    mes_example: "",
    system_prompt: "",
    post_history_instructions: "",
    creator_notes: "<script>globalThis.hacked = true</script>",
    alternate_greetings: ["Halt!"],
    group_only_greetings: [],
    tags: [],
    creator: "",
    character_version: "",
    assets: [{ type: "icon", uri: "https://elsewhere.example/icon.png", name: "main", ext: "png" }],
    extensions: { regex_scripts: [{ findRegex: "(a+)+$" }], fav: true },
    character_book: {
      extensions: {},
      entries: [{
        keys: ["lamp"],
        content: "The lamp is out.",
        enabled: true,
        insertion_order: 1,
        extensions: {},
      }],
    },
    odd: { kept: [1, null] },
  },
};

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

async function openNew(page: Page): Promise<Locator> {
  await openScene(page, "room", ROOM);
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await expect(dialog.getByRole("button", { name: "Import a card" })).toBeVisible();
  return dialog;
}

/** Chooses a file as a person does, by the keyboard. */
async function choose(page: Page, dialog: Locator, name: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Import a card" }).focus();
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
}

async function bytesOfDownload(download: Download): Promise<Uint8Array> {
  return new Uint8Array(readFileSync(await download.path()));
}

for (const width of [1440, 390]) {
  test(`an imported card says what the model will read and what not, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await openScene(page, "room", ROOM);
    const side = page.getByRole("button", { name: "Cast and turn" });
    if (await side.isVisible()) await side.click();
    await page.getByRole("button", { name: "Add persona" }).click();
    const dialog = page.getByRole("dialog", { name: "New persona" });
    await choose(page, dialog, "dov.json", bytesOf(dov));
    await expect(dialog.getByText("Read Dov from dov.json. Look it over, then save."))
      .toBeVisible();
    const enters = dialog.getByRole("list", { name: "What the model will read" });
    await expect(enters.getByRole("listitem")).toHaveText([
      "Description: 57 characters",
      "Scenario: 58 characters",
      "1 lore entry, when the newest 4 lines mention it, 500 tokens at most",
    ]);
    await expect(
      dialog.getByRole("list", { name: "What it will not read" })
        .getByRole("listitem"),
    ).toHaveText([
      "First line in a new room (15 characters): the persona has it, no prompt does",
      "1 other first line",
      "1 picture or sound; nothing is fetched",
      "1 script; never run",
      "1 link or piece of HTML stays plain text",
      "About the card: creator_notes",
      "Of other programs: regex_scripts and fav",
      "Unknown here: odd",
    ]);
    await expect(dialog.getByLabel("Name", { exact: true })).toHaveValue("Dov");
    await expect(dialog.getByLabel("In a few words")).toHaveValue("a night watchman who hums.");
    await checkAxe(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "nothing is wider than the screen").toBeLessThanOrEqual(0);
  });
}

test("a persona that was imported is exported with all that her file had", async ({ page }) => {
  const dialog = await openNew(page);
  const picture = writeCardPng(onePixel(), dov);
  if (!picture.ok) throw new Error("no picture");
  await choose(page, dialog, "dov.png", Buffer.from(picture.value));
  await expect(dialog.getByText("Read Dov from dov.png.")).toBeVisible();
  await dialog.getByLabel("In a few words").fill("hums at night.");
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(page.getByRole("region", { name: "Cast" })).toContainText("Dov");
  await page.getByRole("button", { name: "Edit Dov" }).click();
  const edit = page.getByRole("dialog", { name: "Edit Dov" });
  await checkAxe(page);
  for (const [button, format] of [["Save as JSON", "json"], ["Save as picture", "png"]] as const) {
    const download = page.waitForEvent("download");
    await edit.getByRole("button", { name: button }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`Dov.${format}`);
    await expect(edit.getByText(`Dov is saved as Dov.${format}.`)).toBeVisible();
    const back = readCardFile(await bytesOfDownload(file));
    if (!back.ok) throw new Error(back.error.kind);
    expect(back.value.format).toBe(format);
    const { conclave, ...extensions } = back.value.card.extensions;
    expect(conclave).toMatchObject({ gist: "hums at night." });
    expect({ ...back.value.card.json, data: { ...back.value.card.data, extensions } }).toEqual(dov);
  }
});

test("a persona made here is exported as a picture that brings her back, and by drop", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await page.getByRole("button", { name: "Edit Ada" }).click();
  const edit = page.getByRole("dialog", { name: "Edit Ada" });
  const download = page.waitForEvent("download");
  await edit.getByRole("button", { name: "Save as picture" }).click();
  const bytes = await bytesOfDownload(await download);
  await expect(edit.getByText(/with what this room has/)).toBeVisible();
  const gist = await edit.getByLabel("In a few words").inputValue();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  const transfer = await page.evaluateHandle((data) => {
    const made = new DataTransfer();
    made.items.add(new File([new Uint8Array(data)], "ada.png", { type: "image/png" }));
    return made;
  }, [...bytes]);
  await dialog.getByRole("region", { name: "Import a card" })
    .dispatchEvent("drop", { dataTransfer: transfer });
  await expect(dialog.getByText("Read Ada from ada.png.")).toBeVisible();
  await expect(dialog.getByLabel("In a few words")).toHaveValue(gist);
});

test("what is no card is said in words, and changes nothing", async ({ page }) => {
  const dialog = await openNew(page);
  await dialog.getByLabel("Name", { exact: true }).fill("Eve");
  const archive = writeCardCharx(personaToCard(
    { name: "X", gist: "", description: "", greeting: "", hue: 0 },
    undefined,
  ));
  if (!archive.ok) throw new Error("no archive");
  const damaged = Buffer.from(archive.value);
  damaged[damaged.length - 10] = 0xff;
  const bad: readonly (readonly [Buffer, string])[] = [
    [Buffer.from("hello"), "neither PNG, CHARX nor valid JSON"],
    [bytesOf({ a: 1 }), "no character card"],
    [Buffer.from(onePixel()), "This picture has no card in it"],
    [Buffer.from(onePixel().slice(0, 40)), "The picture is damaged"],
    [damaged, "The archive is damaged"],
    [bytesOf({ name: "A", description: "x".repeat(5_000_000) }), "at most 4"],
  ];
  for (const [buffer, words] of bad) {
    await choose(page, dialog, "bad.bin", buffer);
    await expect(dialog.getByText(words)).toBeVisible();
    await expect(dialog.getByText("Nothing was changed.")).toBeVisible();
  }
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveValue("Eve");
  await checkAxe(page);
});
