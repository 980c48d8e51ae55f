/**
 * axe on every screen in every state of the registry (e2e/shots), by day and by night, on a phone
 * and on a desktop. Each state is opened once; scheme and size change in place.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY243 In every state of the list of screens, by day and by night, narrow and wide, axe finds
 *         nothing.
 */

import { openScreen } from "../shots/screen.ts";
import { screens } from "../shots/screens.ts";
import { type AxeRules, findByAxe } from "../support/axe.ts";
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

// All workers share the states of this file. The hostile log takes axe seven times as long as the
// others: over a minute on a machine with ten times its load.
test.describe.configure({ mode: "parallel", timeout: 240_000 });

for (const screen of screens) {
  test(`[SY243] axe finds nothing in ${screen.name}`, async ({ page }) => {
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
  });
}
