/** A person ends the engine to have its memory back, and starts it again. */

import { engineWorkers } from "../support/engine-worker.ts";
import { expect, test } from "../support/fixtures.ts";
import {
  expectAllSettledOnce,
  readEntries,
  say,
  startRoom,
  untilSettled,
} from "../support/room.ts";

test("[HO153] an engine that a person stops is gone, and answers again once she starts it", async ({ page }) => {
  await startRoom(page);
  await say(page, "Hello! Do you like roses?");
  await untilSettled(page, 2);
  const room = page.url();
  const engine = page.locator(".panel[data-engine]");

  await page.goto("/#/models");
  await engine.getByRole("button", { name: "Stop and free its memory" }).click();
  await expect(engine).toHaveAttribute("data-engine", "idle");
  await expect.poll(() => engineWorkers(page).length).toBe(0);
  await page.goto("/#/");
  await page.goto("/#/models"); // The list is made without an engine.
  await expect(page.getByRole("article", { name: "Starter" })).toContainText("Chosen");
  await expect(page.getByRole("alert")).toHaveCount(0);

  await engine.getByRole("button", { name: "Start", exact: true }).click();
  await expect(engine).toHaveAttribute("data-engine", "ready");
  await page.goto(room);
  await say(page, "And tulips?");
  await untilSettled(page, 4);
  expectAllSettledOnce(await readEntries(page));
});
