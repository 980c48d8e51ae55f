/**
 * The main screens as some people need them: text of twice the size, from right to left, in the
 * few colours that a system forces, and on the narrowest screen. Each screen is opened once.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY274 At 320 px, with text of twice the size, from right to left and in forced colours no
 *         screen is wider than what shows it, no word is cut, no control covered and none without
 *         its focus.
 */

import type { Page } from "@playwright/test";
import { openScreen } from "../shots/screen.ts";
import { screens } from "../shots/screens.ts";
import { judgeLayout } from "./hostile/judge-layout.ts";
import { expect, test } from "./ui/ui-test.ts";

const MAIN = [
  ...["start-rooms", "start-new-room", "room-talking", "room-streaming", "room-cast"],
  ...["room-turn-table", "room-recipe", "shared-people", "shared-invite", "shared-device"],
  ...["models", "settings", "search-found", "persona-edit", "session-log"],
];

interface Look {
  readonly title: string;
  readonly width: number;
  readonly textPx?: number;
  readonly dir?: "rtl";
  readonly forced?: boolean;
}

/** The page's own size of text is 15 of the browser's 16 px: 30 is what 32 would make of it. */
const TWICE_PX = 30;
/** How often the way of a keyboard through a screen is followed. */
const TABS = 8;
const LOOKS: readonly Look[] = [
  { title: "320 px", width: 320 },
  { title: "twice the text", width: 1280, textPx: TWICE_PX },
  { title: "twice the text, on a phone", width: 390, textPx: TWICE_PX },
  { title: "right to left, on a phone", width: 390, dir: "rtl" },
  { title: "right to left", width: 1280, dir: "rtl" },
  { title: "forced colours", width: 1280, forced: true },
];

async function put(page: Page, { width, textPx, dir, forced }: Look): Promise<void> {
  await page.setViewportSize({ width, height: 860 });
  await page.emulateMedia({
    reducedMotion: "reduce",
    forcedColors: forced === true ? "active" : "none",
  });
  await page.evaluate(([size, direction]) => {
    document.documentElement.style.fontSize = size;
    document.documentElement.dir = direction;
  }, [textPx === undefined ? "" : `${textPx}px`, dir ?? "ltr"] as const);
  // What stands beside the log on a wide screen comes on its own.
  await page.locator(".side:empty").waitFor({ state: "detached" });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(undefined))));
}

/** Controls that a keyboard reaches next and that show no line of focus. */
async function findUnfocused(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (let step = 0; step < TABS; step += 1) {
    await page.keyboard.press("Tab");
    found.push(
      await page.evaluate(() => {
        const focused = document.activeElement;
        if (focused === null || focused === document.body) return "";
        const { parentElement, nextElementSibling } = focused;
        const around = [
          focused,
          nextElementSibling,
          parentElement,
          focused.closest(".composer, label"),
        ];
        const isTold = around.some((one) => {
          if (one === null) return false;
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          return outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
        });
        return isTold ? "" : `no focus on ${focused.outerHTML.slice(0, 80)}`;
      }),
    );
  }
  return found.filter((fault) => fault !== "");
}

test.describe.configure({ mode: "parallel", timeout: 120_000 });

for (const name of MAIN) {
  test(`[SY274] ${name} stands at every hard layout`, async ({ page }) => {
    const screen = screens.find((one) => one.name === name);
    if (screen === undefined) throw new Error(`No screen is called ${name}`);
    await page.setViewportSize({ width: 320, height: 860 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await openScreen(page, screen);
    const found: string[] = [];
    for (const look of LOOKS) {
      await put(page, look);
      const faults = [...await page.evaluate(judgeLayout)];
      if (look.forced === true) faults.push(...await findUnfocused(page));
      found.push(...faults.map((fault) => `${look.title}: ${fault}`));
    }
    expect(found).toEqual([]);
  });
}
