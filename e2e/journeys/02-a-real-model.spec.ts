/** Journey 2, with a hub on this machine that serves the starter under another model's name. */

import type { Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { type ModelHub, openModelHub } from "../support/model-hub.ts";
import { readEntries, say, startRoom, untilSettled } from "../support/room.ts";

const MODEL = "SmolLM2-135M-Instruct-q4-ONNX";
const WEIGHTS = "onnx/model_q4.onnx";

let hub: ModelHub;
test.beforeEach(async ({ guard }) => {
  hub = await openModelHub();
  guard.allow(/request to another origin: http:\/\/127\.0\.0\.1/, "the hub of this test");
});
test.afterEach(() => hub.close());

const card = (page: Page) => page.locator(`[data-model="${MODEL}"]`);
const engine = (page: Page) => page.locator(".panel[data-engine]");

/** The models screen, with this test's hub as the model host. */
async function openModels(page: Page): Promise<void> {
  await page.goto("/#/models");
  await page.getByLabel("Model host").fill(hub.url);
  await page.getByRole("button", { name: "Save host" }).click();
  await expect(page.getByText("Model host saved.")).toBeVisible();
}

test("[SY279] journey 2: a model comes in bytes, is paused, survives a reload, goes on, answers, and stays", async ({ page }) => {
  test.setTimeout(120_000);
  await startRoom(page);
  await openModels(page);
  hub.hold(1_000_000);
  await card(page).getByRole("button", { name: /^Download .* and use$/ }).click();
  await expect(card(page).getByText(/1(\.\d)? MB of 5(\.\d)? MB/)).toBeVisible();
  await checkAxe(page);
  await expect(engine(page)).toContainText("Starter"); // It stays in use meanwhile.

  await card(page).getByRole("button", { name: "Pause" }).click();
  const resume = card(page).getByRole("button", { name: /^Resume and use \(1(\.\d)? MB/ });
  await expect(resume).toBeVisible();
  await page.reload();
  await expect(resume).toBeVisible();
  await expect(page.locator(`[data-kept="${MODEL}"]`)).toContainText("not whole");
  await checkAxe(page);

  hub.hold(undefined);
  await resume.click();
  await expect(engine(page)).toHaveAttribute("data-engine", "ready", { timeout: 60_000 });
  await expect(engine(page)).toContainText("SmolLM2 135M");
  const weights = hub.asked.filter(({ path }) => path === WEIGHTS).map(({ from }) => from);
  expect(weights.length).toBe(2);
  expect(weights[1]).toBeGreaterThanOrEqual(500_000); // Only what was missing.

  // What is here needs no host, in a page that begins anew.
  await hub.close();
  await page.goto("/");
  await page.reload();
  await page.getByRole("link", { name: /Ada/ }).first().click();
  await say(page, "Hello! Do you like roses?");
  await untilSettled(page, 2);
  const settled = (await readEntries(page)).filter(({ body }) => body.kind === "settle");
  expect(settled.map(({ body }) => body.outcome?.kind)).toContain("replied");

  // A browser that needs the space takes the files, and the choice stays.
  await page.goto("/healthz");
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
  });
  await page.goto("/#/models");
  await expect(card(page).getByRole("button", { name: /^Download .* and use$/ })).toBeVisible();
  await expect(page.locator(`[data-kept="${MODEL}"]`)).toHaveCount(0);
  await expect(engine(page)).toContainText("not on this device");
  hub = await openModelHub(); // For afterEach.
});

test("journey 2: a page in place of a file is refused by name, and trying again helps", async ({ page }) => {
  await openModels(page);
  hub.replace({ "config.json": "<!doctype html>" });
  await card(page).getByRole("button", { name: /^Download .* and use$/ }).click();
  await expect(card(page).getByText("A model file arrived damaged: config.json")).toBeVisible();
  expect(hub.asked.filter(({ path }) => path === "config.json")).toHaveLength(2);
  await checkAxe(page);
  hub.replace({});
  await card(page).getByRole("button", { name: "Try again" }).click();
  await expect(engine(page)).toHaveAttribute("data-engine", "ready", { timeout: 60_000 });
  await expect(engine(page)).toContainText("SmolLM2 135M");
  const weights = hub.asked.filter(({ path }) => path === WEIGHTS);
  expect(weights.length, "what was right is not fetched again").toBeLessThanOrEqual(2);

  await page.locator(`[data-kept="${MODEL}"]`).getByRole("button").click();
  await page.getByRole("button", { name: "Delete from this device", exact: true }).last().click();
  await expect(page.locator(`[data-kept="${MODEL}"]`)).toHaveCount(0);
  await expect(engine(page)).toContainText("Starter");
});

test("journey 2: no such file and no space have their own words and a way on", async ({ page }) => {
  await openModels(page);
  hub.replace({ [WEIGHTS]: null });
  await card(page).getByRole("button", { name: /^Download .* and use$/ }).click();
  await expect(card(page).getByText(`The model host ${hub.host} cannot be reached`)).toBeVisible();
  await expect(card(page).getByRole("button", { name: "Try again" })).toBeVisible();
  await card(page).getByRole("button", { name: "Cancel and throw away" }).click();
  await expect(card(page).getByRole("button", { name: /^Download .* and use$/ })).toBeVisible();

  hub.replace({});
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 4_000_000 });
  await card(page).getByRole("button", { name: /^Download .* and use$/ }).click();
  await expect(card(page).getByText(/There is no space for the model/)).toBeVisible();
  await expect(card(page).getByText(/Delete another model or choose a smaller one/)).toBeVisible();
});
