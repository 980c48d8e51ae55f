/** Plans in a real browser: the same as in Node, where this test itself runs, and in Deno. */

import { planningDigest } from "../../shared/testing/planning/planning-sample.ts";
import { expect, test as base } from "../support/fixtures.ts";
import { type HarnessSite, openHarnessSite } from "./harness-site.ts";
import type { PlanningHarness } from "./planning-harness/harness.ts";

declare global {
  // The page's side; specs name it inside `page.evaluate`.
  var planningHarness: PlanningHarness;
}

const test = base.extend<object, { readonly site: HarnessSite }>({
  site: [
    // Playwright reads the fixture's needs from its parameter, so an empty pattern must stand
    // there. oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const site = await openHarnessSite("planning-harness", "Planning harness");
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ site }, use) => await use(site.url),
});

test("[TP1, TP22] Chromium makes the same plans as Node", async ({ page, site }) => {
  await page.goto(site.url);
  await page.waitForFunction(() => "planningHarness" in globalThis);
  expect(await page.evaluate(() => planningHarness.digest())).toBe(planningDigest());
});
