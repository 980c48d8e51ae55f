/** Encryption in a real browser: the same contract and the same vectors as in Node and Deno. */

import type { Page } from "@playwright/test";
import { expect, test as base } from "../support/fixtures.ts";
import type { Harness } from "./crypto-harness/harness.ts";
import { type HarnessSite, openHarnessSite } from "./harness-site.ts";

declare global {
  // The page's side; specs name it inside `page.evaluate`.
  var cryptoHarness: Harness;
}

/** Random runs per property; Node makes more of them. */
const CONTRACT_RUNS = 10;

const test = base.extend<{ readonly tab: Page }, { readonly site: HarnessSite }>({
  site: [
    // Playwright reads the fixture's needs from its parameter, so an empty pattern must stand
    // there. oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const site = await openHarnessSite("crypto-harness", "Crypto harness");
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ site }, use) => await use(site.url),
  tab: async ({ page, site }, use) => {
    await page.goto(site.url);
    await page.waitForFunction(() => "cryptoHarness" in globalThis);
    await use(page);
  },
});

test("[CR3] [CR21] the browser has all it needs and gets the stored vectors", async ({ tab }) => {
  expect(await tab.evaluate(() => cryptoHarness.missing())).toBeUndefined();
  expect(await tab.evaluate(() => cryptoHarness.checkVectors())).toEqual([]);
});

test("[CR1] [CR2] the crypto contract holds in the browser", async ({ tab }) => {
  expect(await tab.evaluate((runs) => cryptoHarness.checkContract(runs), CONTRACT_RUNS))
    .toEqual([]);
});

test("[CR6] a device's keys can be kept in a database and used from there", async ({ tab }) => {
  expect(await tab.evaluate(() => cryptoHarness.signWithStoredKey())).toBe(true);
});
