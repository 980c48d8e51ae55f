/** Opens the fixture page at a scene, in a test or outside of one. */

import type { Page } from "@playwright/test";
import type { FixtureClient } from "./fixture-client.ts";

/** Opens `scene` at `hash` and waits until a screen stands. */
export async function openScene(page: Page, scene: string, hash = "#/"): Promise<void> {
  await page.goto(`/?scene=${scene}${hash}`);
  // The room's code, then the markdown code arrive on their own.
  const isBooting = scene === "starting";
  await page.locator(isBooting ? "main h1" : 'main:not([aria-busy="true"]) h1').first().waitFor();
  await page.locator(".text-plain").first().waitFor({ state: "detached" });
}

declare global {
  var fixture: FixtureClient;
}
