/**
 * The `test` of the storage specs: pages on the storage harness's origin, under the usual guard.
 */

import type { Page } from "@playwright/test";
import { expect, test as base } from "../support/fixtures.ts";
import { type HarnessSite, openHarnessSite } from "./harness-site.ts";
import type { Harness } from "./storage-harness/harness.ts";

export { expect };

export const test = base.extend<{ readonly openTab: () => Promise<Page> }, {
  readonly site: HarnessSite;
}>({
  site: [
    // Playwright reads the fixture's needs from its parameter, so an empty pattern must stand
    // there. oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const site = await openHarnessSite("storage-harness", "Storage harness");
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ site }, use) => await use(site.url),
  openTab: async ({ context, site }, use) => {
    await use(async () => {
      const page = await context.newPage();
      await page.goto(site.url);
      await page.waitForFunction(() => "storageHarness" in globalThis);
      return page;
    });
  },
});

/** Kills the tab's renderer process, as a crash or the operating system does. */
export async function crashTab(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  // Owned by the crash: the answer never comes.
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
}

declare global {
  // The page's side; specs name it inside `page.evaluate`.
  var storageHarness: Harness;
}
