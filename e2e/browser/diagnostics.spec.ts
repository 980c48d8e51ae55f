/** Settings: storage, and a report that can be given away. */

import { readFileSync } from "node:fs";
import { expect, test } from "../support/fixtures.ts";
import { startRoom } from "../support/room.ts";
import { checkAxe } from "./ui/ui-test.ts";

test("[SY195] a report of a room in use is made, read and saved, and holds none of its words", async ({ page }) => {
  await page.goto("/");
  await startRoom(page);
  await page.getByRole("textbox", { name: "Message" }).fill("the zebra sings at noon");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article").filter({ hasText: "the zebra sings" })).toBeVisible();
  await page.goto("/#/settings");
  await expect(page.getByText(/used of .+ that this browser allows/)).toBeVisible();
  await page.getByRole("button", { name: "Make a report" }).click();
  const report = page.getByRole("textbox", { name: "Report" });
  await expect(report).toHaveValue(/"conclave": "[\w-]+\.js"/);
  const text = await report.inputValue();
  for (const word of ["zebra", "garden", "Ada", 'Bo"']) expect(text).not.toContain(word);
  expect(JSON.parse(text)).toMatchObject({ rooms: [{ isShared: false, personas: 2 }] });
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toBe(text);
  await page.getByText("Newest lines of the log").click();
  await checkAxe(page);
});
