/** Who answers: the dialog of the six recipes, and how a choice under way and made looks. */

import type { Locator, Page } from "@playwright/test";
import type { Recipe } from "#shared/protocol/mod.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_rules";

const KINDS = [
  "Everyone answers",
  "Only whom you name",
  "They take turns",
  "Everyone once, in random order",
  "A debate",
  "One persona decides",
];

async function openRecipe(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: /Who answers/ }).click();
  const dialog = page.getByRole("dialog", { name: "Who answers" });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function sentRecipe(page: Page): Promise<Recipe | undefined> {
  return await page.evaluate(() => {
    const sent = fixture.sent.findLast(({ kind }) => kind === "set-recipe");
    return sent !== undefined && "recipe" in sent ? sent.recipe : undefined;
  });
}

test("axe finds nothing in any recipe, and an answer says who chose it", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openScene(page, "chosen", ROOM);
  const dialog = await openRecipe(page);
  for (const name of KINDS) {
    await dialog.getByRole("radio", { name, exact: true }).check();
    await checkAxe(page);
  }
  await page.keyboard.press("Escape");
  const answer = page.locator('article[data-persona="pe_bo"]').last();
  await answer.focus();
  await answer.getByRole("button", { name: "Why this answer" }).click();
  await expect(page.getByText("Ada decides who speaks here, and chose Bo.")).toBeVisible();
  await expect(page.getByText("Not chosen this time: Ada and Cleo")).toBeVisible();
});

test("a recipe keeps the one number or name it asks for", async ({ page }) => {
  await openScene(page, "debate", ROOM);
  let dialog = await openRecipe(page);
  await dialog.getByRole("group", { name: "How often each speaks" }).getByText("3").click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await sentRecipe(page)).toMatchObject({ kind: "debate", rounds: 3 });
  dialog = await openRecipe(page);
  await dialog.getByRole("radio", { name: "One persona decides" }).check();
  await dialog.getByRole("combobox", { name: "Who decides" }).selectOption("Cleo");
  await dialog.getByRole("button", { name: "Save" }).click();
  expect(await sentRecipe(page)).toMatchObject({ kind: "director", director: "pe_cleo" });
  await expect(page.getByRole("button", { name: "Who answers Cleo decides" })).toBeVisible();
});

test("who decided and left is not replaced unasked", async ({ page }) => {
  await openScene(page, "director-gone", ROOM);
  const gone = /Ada used to decide and has left the cast/;
  await expect(page.getByRole("region", { name: "Cast" }).getByText(gone)).toBeVisible();
  const dialog = await openRecipe(page);
  await expect(dialog.getByText(gone)).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Choose who decides.");
  expect(await sentRecipe(page)).toBeUndefined();
  await dialog.getByRole("combobox", { name: "Who decides" }).selectOption("Bo");
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await sentRecipe(page)).toMatchObject({ kind: "director", director: "pe_bo" });
  await expect(page.getByText(gone)).toHaveCount(0);
});

test("while she chooses, everything says so and nothing looks like an answer", async ({ page }) => {
  await openScene(page, "choosing", ROOM);
  await expect(page.locator('[data-outcome="choosing"]')).toHaveText("Ada is choosing who speaks");
  await expect(page.locator('[data-outcome="streaming"]')).toHaveCount(0);
  await expect(page.locator(".room-head").getByText("Ada choosing who speaks")).toBeVisible();
  await expect(page.locator('.cast-card[data-persona="pe_ada"]')).toContainText("choosing");
  await expect(page.getByRole("region", { name: "This turn" })).toContainText(
    "Ada is choosing who speaks",
  );
});

test("the chosen kind and its detail are in sight on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 640 });
  await openScene(page, "chosen", ROOM);
  await page.getByRole("button", { name: "Cast and turn" }).click();
  const dialog = await openRecipe(page);
  const select = dialog.getByRole("combobox", { name: "Who decides" });
  const save = dialog.getByRole("button", { name: "Save" });
  await expect.poll(async () => {
    const [above, below] = [await select.boundingBox(), await save.boundingBox()];
    return (below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0);
  }, "the list of names ends above the button").toBeGreaterThan(0);
});
