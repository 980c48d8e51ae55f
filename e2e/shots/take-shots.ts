/** Brings pages to the screens and takes their pictures, several at once. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { type Scheme, schemes, shotFile, type Size, sizes } from "./contact-sheet.ts";
import { openScreen, type Screen } from "./screen.ts";

/** Two pages keep two cores busy: one draws while the other waits. */
const PAGES_AT_ONCE = 3;
const STEP_MS_MAX = 20_000;
/** An early afternoon in June, the same in every picture. */
const NOW = new Date("2026-06-12T14:02:00Z");

export interface ShotRequest {
  readonly origin: string;
  readonly folder: string;
  readonly screens: readonly Screen[];
  /** Of the whole page, not of what the window shows. */
  readonly isFull: boolean;
  readonly tell: (line: string) => void;
}

/** Resolves to what could not be drawn, a line each. */
export async function takeShots(browser: Browser, request: ShotRequest): Promise<string[]> {
  const jobs = request.screens.flatMap((screen) => sizes.map((size) => ({ screen, size })));
  const failures: string[] = [];
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { screen, size } = job;
      const why = await takeBoth(browser, request, screen, size);
      if (why !== undefined) failures.push(`${screen.name}, ${size.name}: ${why}`);
      request.tell(`${why === undefined ? "drawn" : "FAILED"} ${screen.name}, ${size.name}`);
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
  return failures;
}

/** By day and by night, of one visit. Resolves to why not, or undefined. */
async function takeBoth(
  browser: Browser,
  { origin, folder, isFull }: ShotRequest,
  screen: Screen,
  size: Size,
): Promise<string | undefined> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: size.width, height: size.height },
    hasTouch: size.width < 820,
    colorScheme: schemes[0],
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const thrown: string[] = [];
  try {
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => thrown.push(message));
    page.setDefaultTimeout(STEP_MS_MAX);
    await page.clock.setFixedTime(NOW);
    await openScreen(page, screen);
    for (const scheme of schemes) {
      const bytes = await takeOne(page, scheme, isFull);
      writeFileSync(join(folder, shotFile(screen.name, size, scheme)), bytes);
    }
    return undefined;
  } catch (error) {
    // Whatever a page does not show in time: the others are drawn all the same.
    return [...String(error).split("\n").slice(0, 4), ...thrown].join(" ");
  } finally {
    await context.close();
  }
}

async function takeOne(page: Page, colorScheme: Scheme, fullPage: boolean): Promise<Buffer> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  return await page.screenshot({ fullPage, animations: "disabled", caret: "hide" });
}
