/**
 * Sessions, people, hosting, cards, joining and inviting in German (ui-german.spec.ts has the
 * others): no English of the catalogue is left in what is shown or said, no word of ours is cut.
 */

import type { Page } from "@playwright/test";
import { findCut, findEnglish, measureOverflow } from "./ui/german-page.ts";
import { expect, openScene, test } from "./ui/ui-test.ts";

const SHARED = "#/room/ORgzX2Jzb9sZtQ1k3v0a9w";
const WORK = "#/room/rm_work";
const SCREENS = [
  ["hostless", SHARED],
  ["hostless-reader", SHARED],
  ["engine-stopped", "#/models"],
  ["engine-restarting", "#/models"],
  ["engine-failed", "#/models"],
  ["services", "#/models"],
  ["downloads", "#/models"],
  ["shared", SHARED],
  ["shared-reader", SHARED],
  ["shared-connecting", SHARED],
  ["shared-behind", SHARED],
  ["shared-offline", SHARED],
  ["shared-refused", SHARED],
  ["shared-replaced", SHARED],
  ["shared-version", SHARED],
  ["shared-awaited", SHARED],
  ["rooms", "#/join"],
  ["rooms", "#w=1.S3VzdE9mVGhlR2FyZGVu"],
  ["rooms", "#r=1.UmVhZE9ubHk.a2V5"],
  ["session", WORK],
] as const;

// A phone: a keyboard has its own hints, which may end in dots.
test.use({ locale: "de-DE", hasTouch: true });

/** At a phone's width, where words are cut first. */
async function expectGerman(page: Page, what: string): Promise<void> {
  expect.soft(await findEnglish(page), what).toEqual([]);
  expect.soft(await findCut(page), what).toEqual([]);
  await expect.poll(() => measureOverflow(page), what).toBeLessThanOrEqual(0);
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.setViewportSize({ width: 390, height: 860 });
});

test("[SY281] every screen of shared rooms, hosting and joining is German", async ({ page }) => {
  for (const [scene, hash] of SCREENS) {
    await openScene(page, scene, hash);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expectGerman(page, `${scene} ${hash}`);
  }
});

test("[SY281] a session is German in all its parts", async ({ page }) => {
  for (const scene of ["session", "session-empty", "session-missing"]) {
    await openScene(page, scene, WORK);
    await page.getByRole("button", { name: "Besetzung und Runde" }).click();
    await page.locator(".cast-more, .cast button").first().waitFor();
    await page.getByRole("button", { name: "Wie Ada arbeitet" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    await expectGerman(page, scene);
    for (const tab of await dialog.getByRole("tab").all()) {
      await tab.click();
      await expectGerman(page, `${scene}, ${await tab.textContent()}`);
    }
  }
});

test("[SY281] a person's device, its words and the history's are German", async ({ page }) => {
  await openScene(page, "shared", SHARED);
  await page.getByRole("button", { name: "Besetzung und Runde" }).click();
  await expectGerman(page, "people");
  await page.getByRole("button", { name: /Noor Haddad/ }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await expectGerman(page, "device");
  for (const detail of await dialog.locator("summary").all()) await detail.click();
  await expectGerman(page, "device, unfolded");
});

test("[SY281] inviting is German, before and after sharing", async ({ page }) => {
  await openScene(page, "nameless", "#/room/rm_garden");
  await page.getByRole("button", { name: "Leute einladen" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectGerman(page, "a room on this device");
  await openScene(page, "shared", SHARED);
  await page.getByRole("button", { name: "Leute einladen" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectGerman(page, "a shared room");
});

test("[SY281] a card's report is German", async ({ page }) => {
  const data = {
    ...{ name: "Dov", description: "{{char}} hums.", first_mes: "Who?", mes_example: "" },
    ...{ personality: "", scenario: "", system_prompt: "x", post_history_instructions: "" },
    ...{ creator_notes: "n", alternate_greetings: ["Halt!"], tags: ["a"], creator: "" },
    extensions: { regex_scripts: [{ findRegex: "a" }], fav: true },
    character_book: {
      extensions: {},
      entries: [{
        ...{ keys: ["lamp"], content: "The lamp is out.", enabled: true, insertion_order: 1 },
        extensions: {},
      }],
    },
    assets: [{ type: "icon", uri: "https://elsewhere.example/i.png", name: "main", ext: "png" }],
  };
  const card = { spec: "chara_card_v3", spec_version: "3.0", data };
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("button", { name: "Besetzung und Runde" }).click();
  await page.getByRole("button", { name: "Persona hinzufügen" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=file]").first().setInputFiles({
    ...{ name: "dov.json", mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify(card)),
  });
  await expect(dialog.locator(".card-report")).toBeVisible();
  for (const detail of await dialog.locator("summary").all()) await detail.click();
  await expectGerman(page, "a card's report");
});
