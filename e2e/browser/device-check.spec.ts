/**
 * "Check this device" in the built app: each bucket of section SK forced for real, and six starter
 * personas that settle within the budgets. Where a budget must pass, the page's clock is moved, not
 * waited for.
 */

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { messageBox, readEntries, say, startRoom } from "../support/room.ts";

/** Over the budget of the first answer, and under that of all. */
const FIRST_OVER_MS = 11_000;
const ALL_OVER_MS = 31_000;

const panel = (page: Page): Locator => page.getByRole("region", { name: "Check this device" });
const bucket = (page: Page): Locator => panel(page).locator("[data-bucket]");

async function startCheck(page: Page, personas = 6): Promise<void> {
  await page.goto("/#/models");
  await panel(page).getByLabel(/^Personas/).fill(String(personas));
  await panel(page).getByRole("button", { name: "Run the check" }).click();
}

async function expectBucket(page: Page, name: string): Promise<void> {
  await expect(bucket(page)).toHaveText(name, { timeout: 60_000 });
}

/** The stored events of one kind. */
async function countEntries(page: Page, kind: string): Promise<number> {
  return (await readEntries(page)).filter(({ body }) => body.kind === kind).length;
}

/** From now on the browser's storage takes `kept` more events of a kind and refuses the rest. */
async function refuseWrites(page: Page, kind: string, kept = 0): Promise<void> {
  await page.addInitScript(([refused, left]) => {
    let taken = 0;
    for (const method of ["add", "put"] as const) {
      const write = IDBObjectStore.prototype[method];
      IDBObjectStore.prototype[method] = function (this: IDBObjectStore, value, key) {
        const isHit = this.name === "entries" && value?.body?.kind === refused;
        if (isHit && ++taken > left) throw new DOMException("full", "QuotaExceededError");
        return key === undefined ? write.call(this, value) : write.call(this, value, key);
      };
    }
  }, [kind, kept] as const);
}

test("[SK8] six starter personas settle within the budgets; the timeline shows plan and actual", async ({ page }) => {
  await startCheck(page);
  await expectBucket(page, "ok");
  await expect(panel(page).getByRole("row")).toHaveCount(7);
  const settled = (await readEntries(page)).filter(({ body }) => body.kind === "settle");
  expect(settled.map(({ body }) => body.lane)).toEqual(Array(6).fill("cpu"));
  await panel(page).getByRole("link", { name: "Open the room of the check" }).click();
  await expect(messageBox(page)).toBeVisible();
  await page.getByText("Show as a table").first().click();
  // The table behind it tells tokens.
  const times = page.getByRole("region", { name: /turn/i }).getByRole("table").first();
  const rows = times.getByRole("row");
  await expect(rows).toHaveCount(7);
  for (const cells of (await rows.allInnerTexts()).slice(1).map((row) => row.split("\t"))) {
    // Persona, outcome, queue, first text, end, and the plan's end.
    expect(cells).toHaveLength(6);
    expect(cells.slice(2).every((cell) => /\d/.test(cell)), cells.join(" ")).toBe(true);
  }
  expect(await countEntries(page, "say"), "one probe, one attempt").toBe(1);
});

test("the result is copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await startCheck(page, 2);
  await expectBucket(page, "ok");
  await panel(page).getByRole("button", { name: "Copy as JSON" }).click();
  await expect(panel(page).getByText("Copied")).toBeVisible();
  const report = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(report).toMatchObject({ bucket: "ok", figures: { expected: 2, unanswered: 0, open: 0 } });
  expect(report.personas).toHaveLength(2);
});

test("cancelling ends the check, and so does leaving, which closes no other room", async ({ page, context }) => {
  await context.route(/\/models\/starter\/.*\.onnx/, () => new Promise<void>(() => undefined));
  await startRoom(page);
  const roomUrl = page.url();
  await startCheck(page);
  await expect.poll(() => countEntries(page, "say")).toBe(1);
  await panel(page).getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator("[data-check=idle]")).toBeVisible();
  await panel(page).getByRole("button", { name: "Run the check" }).click();
  await expect.poll(() => countEntries(page, "say")).toBe(2);
  await page.goto(roomUrl);
  await say(page, "Am I still open?");
  await expect(page.getByRole("log").getByText("Am I still open?")).toBeVisible();
});

test("[SK1] a room that cannot be made is a harness error", async ({ page }) => {
  await refuseWrites(page, "genesis");
  await startCheck(page);
  await expectBucket(page, "harness_error");
});

test("[SK2] one persona is too few, and nothing is asked", async ({ page }) => {
  await startCheck(page, 1);
  await expectBucket(page, "too_few_personas");
  expect(await countEntries(page, "say")).toBe(0);
});

test("[SK3] a question that the storage refuses is not persisted", async ({ page }) => {
  await refuseWrites(page, "say");
  await startCheck(page);
  await expectBucket(page, "probe_not_persisted");
});

test("[SK4] with a model that cannot be loaded nobody replies", async ({ page, context }) => {
  const model = /\/models\/starter\/.*\.onnx/;
  await context.route(model, (route) => route.fulfill({ status: 200, body: "not a model" }));
  await page.clock.install();
  await startCheck(page);
  await expect.poll(() => countEntries(page, "say")).toBe(1);
  // Whether each attempt fails in time or still waits for the engine: nobody says a word.
  await page.clock.fastForward(ALL_OVER_MS);
  await expectBucket(page, "no_personas_replied");
});

test("[SK5] a model that comes late makes the first answer late", async ({ page, context }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await context.route(/\/models\/starter\/.*\.onnx/, async (route) => {
    await held;
    await route.continue();
  });
  await page.clock.install();
  await startCheck(page);
  await expect.poll(() => countEntries(page, "say")).toBe(1);
  await page.clock.fastForward(FIRST_OVER_MS);
  release();
  await expectBucket(page, "first_response_budget_exceeded");
});

test("[SK6] one answer alone is unfair to the rest", async ({ page }) => {
  await refuseWrites(page, "settle", 1);
  await page.clock.install();
  await startCheck(page);
  await expect.poll(() => countEntries(page, "settle")).toBe(1);
  await page.clock.fastForward(ALL_OVER_MS);
  await expectBucket(page, "fairness_violated");
});

test("[SK7] two in time and four that never end exceed the budget of all", async ({ page }) => {
  await refuseWrites(page, "settle", 2);
  await page.clock.install();
  await startCheck(page);
  await expect.poll(() => countEntries(page, "settle"), { timeout: 60_000 }).toBe(2);
  await page.clock.fastForward(ALL_OVER_MS);
  await expectBucket(page, "all_response_budget_exceeded");
});
