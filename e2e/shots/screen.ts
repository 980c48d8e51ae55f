/** One screen in one state, by name: what `npm run shots` draws and other checks go through. */

import type { Page } from "@playwright/test";
import { openScene } from "../browser/ui/open-scene.ts";

export interface Screen {
  /** Kebab-case; the screen first, then its state. */
  readonly name: string;
  /** What the rooms hold (e2e/browser/ui/scenes.ts). */
  readonly scene: string;
  readonly hash: string;
  /** From the open scene to the state, as a person goes there. */
  readonly show?: (page: Page) => Promise<void>;
}

/** Brings a page of the fixture site to the screen's state, at the size that the page has. */
export async function openScreen(page: Page, { scene, hash, show }: Screen): Promise<void> {
  await openScene(page, scene, hash);
  await show?.(page);
  // What stands beside the log, and faces of a type that just came into use.
  await page.locator(".side:empty").waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
