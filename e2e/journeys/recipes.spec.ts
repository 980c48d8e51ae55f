/** Who answers, on the real starter: turns, a choice, a debate that is stopped. */

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import {
  expectSettledOnce,
  readEntries,
  say,
  settledRows,
  startRoom,
  type StoredEntry,
} from "../support/room.ts";

const ANSWER_MS_MAX = 60_000;

/** The room of Ada and Bo with a third. */
async function startRoomOfThree(page: Page): Promise<void> {
  await startRoom(page);
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await dialog.getByLabel("Name").fill("Cleo");
  await dialog.getByLabel("In a few words").fill("a builder who checks twice. Likes plain words.");
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(page.locator(".cast-card[data-persona]", { hasText: "Cleo" }))
    .toContainText("on this device");
}

/** Saves the recipe of this name, after `fill` gave it what it asks for. */
async function chooseRecipe(
  page: Page,
  name: string,
  fill: (dialog: Locator) => Promise<unknown> = async () => {},
): Promise<void> {
  await page.getByRole("button", { name: /Who answers/ }).click();
  const dialog = page.getByRole("dialog", { name: "Who answers" });
  await dialog.getByRole("radio", { name, exact: true }).check();
  await fill(dialog);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
}

async function untilReplied(page: Page, count: number): Promise<void> {
  await expect(settledRows(page, ["replied"])).toHaveCount(count, { timeout: ANSWER_MS_MAX });
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0);
}

function settlements(entries: readonly StoredEntry[], kind: string): readonly StoredEntry[] {
  return entries.filter(({ body }) => body.kind === "settle" && body.outcome?.kind === kind);
}

async function nameById(page: Page): Promise<ReadonlyMap<string, string>> {
  const cards = await page.locator(".cast-card[data-persona]").evaluateAll((all) =>
    all.map((card): [string, string] => [
      card.getAttribute("data-persona") ?? "",
      card.querySelector(".cast-name")?.textContent ?? "",
    ])
  );
  return new Map(cards);
}

test("recipes: they take turns, each message another persona", async ({ page }) => {
  await startRoomOfThree(page);
  await chooseRecipe(page, "They take turns");
  for (const [index, text] of ["Hello, all!", "Do you like rain?", "And boats?"].entries()) {
    await say(page, text);
    await untilReplied(page, index + 1);
  }
  const entries = await readEntries(page);
  const speakers = settlements(entries, "replied").map(({ body }) => body.persona);
  expect(new Set(speakers).size, "three messages, three personas").toBe(3);
  expectSettledOnce(entries);
  const last = page.locator("article[data-outcome=replied]").last();
  await last.hover();
  await last.getByRole("button", { name: "Why this answer" }).click();
  const why = page.getByRole("dialog");
  await expect(why.getByText(/They take turns here, and \w+ had waited the longest/)).toBeVisible();
  await expect(why.getByText(/Had not waited as long: \w+ and \w+/)).toBeVisible();
});

test("recipes: one persona chooses among names, whom it chose answers, and why says so", async ({ page }) => {
  await startRoomOfThree(page);
  await chooseRecipe(
    page,
    "One persona decides",
    (dialog) => dialog.getByRole("combobox", { name: "Who decides" }).selectOption("Bo"),
  );
  await expect(page.getByRole("button", { name: "Who answers Bo decides" })).toBeVisible();
  await say(page, "Who has something to say about the rain?");
  await untilReplied(page, 1);
  const entries = await readEntries(page);
  const names = await nameById(page);
  const votes = settlements(entries, "voted");
  expect(votes).toHaveLength(1);
  const [vote] = votes;
  expect(names.get(vote?.body.persona ?? "")).toBe("Bo");
  const chosen = vote?.body.outcome?.speaker ?? "";
  expect([...names.keys()], "the vote names one of the cast").toContain(chosen);
  const [answer] = settlements(entries, "replied");
  expect(answer?.body).toMatchObject({ persona: chosen, turn: vote?.seq });
  expectSettledOnce(entries);

  const name = names.get(chosen) ?? "";
  const line = name === "Bo" ? "Bo takes the word" : `Bo gives the word to ${name}`;
  await expect(page.locator("[data-outcome=voted]")).toHaveText(line);
  const turn = page.getByRole("region", { name: "This turn" });
  await expect(turn.getByText(/^Bo chose /)).toBeVisible();
  const bubble = page.locator("article[data-outcome=replied]");
  await bubble.hover();
  await bubble.getByRole("button", { name: "Why this answer" }).click();
  const why = page.getByRole("dialog");
  await expect(why.getByText(/Bo decides who speaks here, and chose /)).toBeVisible();
  await expect(why.getByText(/Not chosen this time: \w+ and \w+/)).toBeVisible();
});

test("recipes: without who decided, who waited the longest speaks and the room says so", async ({ page }) => {
  await startRoomOfThree(page);
  await chooseRecipe(page, "One persona decides");
  await page.getByRole("button", { name: "Edit Ada" }).click();
  await page.getByRole("button", { name: "Remove from the room" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText(/Ada used to decide and has left the cast/)).toBeVisible();
  await say(page, "Who is there?");
  await untilReplied(page, 1);
  expect(settlements(await readEntries(page), "voted")).toEqual([]);
  const bubble = page.locator("article[data-outcome=replied]");
  await bubble.hover();
  await bubble.getByRole("button", { name: "Why this answer" }).click();
  await expect(page.getByText("Nobody here could choose who speaks", { exact: false }))
    .toBeVisible();
});

test("recipes: in a debate they alternate, and stop ends it", async ({ page }) => {
  await startRoomOfThree(page);
  await chooseRecipe(
    page,
    "A debate",
    (dialog) => dialog.getByRole("group", { name: "How often each speaks" }).getByText("3").click(),
  );
  await say(page, "Is rain better than sun?");
  await expect(settledRows(page, ["replied"]).nth(3)).toBeVisible({ timeout: ANSWER_MS_MAX });
  await page.getByRole("textbox", { name: "Message", exact: true }).press("Escape");
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0);
  const entries = await readEntries(page);
  const stopAt = entries.findIndex(({ body }) => body.kind === "stop");
  // A reply that the log has behind the stop came too late: the room does not show it (RM7).
  const steps = settlements(entries.slice(0, stopAt), "replied").map(({ body }) => body.persona);
  expect(steps.length, "stopped before its nine steps").toBeLessThan(9);
  for (const [index, persona] of steps.entries()) {
    if (index > 0) expect(persona, "nobody answers herself").not.toBe(steps[index - 1]);
    if (index > 2) expect(persona, "everybody in turn").toBe(steps[index - 3]);
  }
  expect(new Set(steps).size).toBe(3);
  expect(entries.filter(({ body }) => body.kind === "stop")).toHaveLength(1);
  expectSettledOnce(entries);
  // It is over: the next message is a new question, and nobody goes on with the old one.
  await chooseRecipe(page, "Only whom you name");
  await say(page, "Thank you!");
  await untilReplied(page, steps.length + 1);
});
