/** A card from elsewhere becomes a persona that speaks, on the real starter. */

import { readFileSync } from "node:fs";
import { readCardFile, writeCardPng } from "#shared/personas/mod.ts";
import { onePixel } from "../browser/ui/one-pixel.ts";
import { expect, test } from "../support/fixtures.ts";
import { readEntries, say, settledRows, startRoom } from "../support/room.ts";

const ANSWER_MS_MAX = 60_000;

const card = {
  spec: "chara_card_v2",
  spec_version: "2.0",
  data: {
    name: "Dov",
    description: "{{char}} is a night watchman who hums. Likes lamps.",
    first_mes: "Who goes there?",
    creator_notes: "from elsewhere",
    extensions: { fav: true },
    character_book: {
      entries: [{ keys: ["lamp"], content: "{{user}} has the lamp.", insertion_order: 1 }],
    },
  },
};

test("cards: an imported persona speaks by her name, and goes along with all her file had", async ({ page }) => {
  await startRoom(page);
  const picture = writeCardPng(onePixel(), card);
  if (!picture.ok) throw new Error("no picture");
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Import a card" }).click();
  await (await chooser).setFiles({
    name: "dov.png",
    mimeType: "image/png",
    buffer: Buffer.from(picture.value),
  });
  await expect(dialog.getByText("Read Dov from dov.png.")).toBeVisible();
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  const inCast = page.locator(".cast-card[data-persona]", { hasText: "Dov" });
  await expect(inCast).toContainText("on this device");
  const persona = await inCast.getAttribute("data-persona");

  await say(page, "@Dov, where is the lamp?");
  const answer = page.locator(`article[data-persona="${persona}"]`);
  await expect(answer).toHaveCount(1, { timeout: ANSWER_MS_MAX });
  await expect(settledRows(page, ["replied", "silent"]).first()).toBeVisible({
    timeout: ANSWER_MS_MAX,
  });
  await expect(answer).toContainText("Dov");
  const stored = (await readEntries(page)).find(({ body }) =>
    body.kind === "persona" && body.persona === persona
  );
  expect(JSON.stringify(stored)).toContain("{{user}} has the lamp.");
  expect(JSON.stringify(stored), "what nobody reads stays in the file").not.toContain("elsewhere");

  await page.reload();
  await page.getByRole("button", { name: "Edit Dov" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as picture" }).click();
  const back = readCardFile(new Uint8Array(readFileSync(await (await download).path())));
  expect(back.ok && back.value.card.data).toMatchObject({
    ...card.data,
    extensions: { fav: true, conclave: {} },
  });
});
