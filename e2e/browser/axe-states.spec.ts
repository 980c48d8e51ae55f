/**
 * Every screen in every state of the registry (e2e/shots), by day and by night, on a phone and on a
 * desktop: axe, and whether it fits. Each state is opened once; scheme and size change in place.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY243 In every state of the list of screens, by day and by night, narrow and wide, axe finds
 *         nothing; from 320 to 1900 px the page is not too wide, from 390 px nothing in it is.
 */

import type { Page } from "@playwright/test";
import { openScreen } from "../shots/screen.ts";
import { screens } from "../shots/screens.ts";
import { type AxeRules, findByAxe } from "../support/axe.ts";
import { widerBoxes } from "./hostile/judge-rows.ts";
import { expect, test } from "./ui/ui-test.ts";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

/** One after the other; the second at a size is of another scheme, which changes colours alone. */
const LOOKS: readonly (readonly [typeof PHONE, "light" | "dark", AxeRules])[] = [
  [PHONE, "dark", "all"],
  [PHONE, "light", "colours"],
  [DESKTOP, "light", "all"],
  [DESKTOP, "dark", "colours"],
];

const WIDTHS = [320, PHONE.width, DESKTOP.width, 1900];

/** Their table of times is wider than a phone, and is scrolled with the dialog that holds it. */
const SCROLLED: ReadonlySet<string> = new Set(["room-turn-table", "room-why-table"]);

/** A whole corpus of it is measured by hostile-content.spec.ts; one width more takes seconds. */
const HOSTILE = "room-hostile";

/** What is too wide; a log from its top, where it begins. */
async function findTooWide(
  page: Page,
  name: string,
  width: number,
): Promise<readonly string[]> {
  await page.evaluate(() => {
    for (const log of document.querySelectorAll('[role="log"]')) log.scrollTo(0, 0);
  });
  const mayScroll = width < PHONE.width || SCROLLED.has(name);
  const boxes = await page.evaluate(widerBoxes);
  return boxes.filter((box) => !(mayScroll && box.startsWith("DIALOG")));
}

// All workers share the states of this file. The hostile log takes axe seven times as long as the
// others: over a minute on a machine with ten times its load.
test.describe.configure({ mode: "parallel", timeout: 240_000 });

for (const screen of screens) {
  test(`[SY243] axe finds nothing in ${screen.name}, and it fits`, async ({ page }) => {
    // Colours in transition would be measured half-way.
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.setViewportSize(PHONE);
    await openScreen(page, screen);
    const found: string[] = [];
    for (const [size, colorScheme, rules] of LOOKS) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const here = await findByAxe(page, rules);
      found.push(...here.map((text) => `${size.width} px, ${colorScheme}: ${text}`));
    }
    expect(found, "what axe found").toEqual([]);
    for (const width of screen.name === HOSTILE ? [] : WIDTHS) {
      await page.setViewportSize({ width, height: 844 });
      await expect.poll(() => findTooWide(page, screen.name, width), `too wide at ${width} px`)
        .toEqual(
          [],
        );
    }
  });
}
