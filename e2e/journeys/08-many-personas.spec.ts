/** Journey 8: six personas and one engine, the real starter, on a phone and on a computer. */

import type { Page } from "@playwright/test";
import { readyMadeSix } from "#shared/personas/mod.ts";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import {
  expectAllSettledOnce,
  readEntries,
  say,
  settledRows,
  startRoom,
  untilSettled,
} from "../support/room.ts";

const CAST = readyMadeSix.map(({ name }) => name);

/** The room of Ada and Bo with the four more voices that the starter knows. */
async function startRoomOfSix(page: Page): Promise<void> {
  await startRoom(page);
  for (const { name, gist } of readyMadeSix.slice(2)) {
    await openSide(page);
    await page.getByRole("button", { name: "Add persona" }).click();
    const dialog = page.getByRole("dialog", { name: "New persona" });
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await dialog.getByLabel("In a few words").fill(gist);
    await dialog.getByRole("button", { name: "Add to the cast" }).click();
    await expect(dialog).toHaveCount(0);
  }
}

/** On a phone cast and turn are a sheet over the room. */
async function openSide(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: "Cast and turn" });
  if (await button.isVisible()) await button.click();
}

async function expectTimeline(page: Page): Promise<void> {
  const turn = page.getByRole("region", { name: "This turn" });
  await expect(turn.locator(".verdict")).toContainText(/inside the budget/);
  await expect(turn.locator("svg").first()).toBeVisible();
  await turn.getByText("Show as a table").click();
  const rows = turn.getByRole("table").first().getByRole("row");
  await expect(rows).toHaveCount(CAST.length + 1);
  for (const name of CAST) {
    const row = rows.filter({ has: page.getByRole("rowheader", { name, exact: true }) });
    // What was planned stands beside what happened.
    await expect(row.getByRole("cell").last(), `${name}: planned`).toHaveText(/\d/);
    await expect(row.getByRole("cell").nth(3), `${name}: ended`).toHaveText(/\d/);
  }
}

test("journey 8: six personas answer one message inside their budgets, on a phone and on a computer", async ({ page }) => {
  test.setTimeout(150_000);
  await page.setViewportSize({ width: 390, height: 860 });
  await startRoomOfSix(page);
  await page.keyboard.press("Escape");
  await say(page, "Bo, what do you see in the rain?");
  await untilSettled(page, CAST.length);

  const entries = await readEntries(page);
  expectAllSettledOnce(entries);
  const settlements = entries.filter(({ body }) => body.kind === "settle");
  const outcomes = settlements.map(({ body }) => body.outcome?.kind);
  expect(outcomes).toHaveLength(CAST.length);
  expect(outcomes).toContain("replied");
  expect(outcomes.filter((kind) => kind !== "replied" && kind !== "silent")).toEqual([]);
  const silent = outcomes.filter((kind) => kind === "silent").length;
  expect(silent, "somebody who was not called kept silent").toBeGreaterThan(0);
  const lines = settledRows(page, ["silent"]);
  await expect(lines).toHaveCount(silent);
  for (const line of await lines.all()) {
    await expect(line).toContainText(/(Ada|Cleo|Dara|Elin|Finn) listened and chose not to speak/);
  }
  await checkAxe(page);
  await openSide(page);
  await expectTimeline(page);
  await checkAxe(page);

  // A computer shows the same room with its side beside it.
  await page.setViewportSize({ width: 1440, height: 860 });
  await page.reload();
  await expect(lines).toHaveCount(silent);
  await expectTimeline(page);
  await checkAxe(page);
});
