/** What belongs to the device and not to a room: models, the check, settings. */

import type { Page } from "@playwright/test";
import type { Screen } from "../screen.ts";
import { press } from "../steps.ts";

const MODELS = "#/models";
const SETTINGS = "#/settings";

export const deviceScreens: readonly Screen[] = [
  { name: "models", scene: "rooms", hash: MODELS },
  { name: "models-reading", scene: "models-loading", hash: MODELS },
  { name: "models-unsupported", scene: "models-none", hash: MODELS },
  { name: "models-downloads", scene: "downloads", hash: MODELS },
  { name: "models-starting", scene: "loading", hash: MODELS },
  { name: "models-failed", scene: "engine", hash: MODELS },
  { name: "models-brought", scene: "models-brought", hash: MODELS },
  { name: "models-endpoint", scene: "rooms", hash: MODELS, show: addEndpoint },
  { name: "models-remove", scene: "rooms", hash: MODELS, show: askToDelete },
  { name: "models-engine-stopped", scene: "engine-stopped", hash: MODELS },
  { name: "models-engine-restarting", scene: "engine-restarting", hash: MODELS },
  { name: "models-engine-failed", scene: "engine-failed", hash: MODELS },
  { name: "models-services", scene: "services", hash: MODELS },
  { name: "check-running", scene: "rooms", hash: MODELS, show: startCheck },
  { name: "check-done", scene: "rooms", hash: MODELS, show: finishCheck },
  { name: "settings", scene: "rooms", hash: SETTINGS },
  { name: "settings-report", scene: "rooms", hash: SETTINGS, show: makeReport },
];

async function addEndpoint(page: Page): Promise<void> {
  await press(page, "Add a server");
  await page.getByRole("textbox").first().waitFor();
}

async function askToDelete(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Delete/ }).first().click();
  await page.getByRole("dialog").waitFor();
}

async function startCheck(page: Page): Promise<void> {
  await page.evaluate(() => {
    fixture.pace = Infinity;
  });
  await press(page, "Run the check");
  await page.locator("[data-check=running]").scrollIntoViewIfNeeded();
}

async function finishCheck(page: Page): Promise<void> {
  await page.evaluate(() => {
    fixture.pace = 1;
  });
  await press(page, "Run the check");
  await page.locator("[data-check=done]").scrollIntoViewIfNeeded();
}

async function makeReport(page: Page): Promise<void> {
  const panel = page.getByRole("region", { name: "Diagnostics" });
  await panel.scrollIntoViewIfNeeded();
  await panel.getByRole("button").first().click();
}
