/**
 * A page that the browser keeps aside and brings back: Chromium's back-forward cache freezes it,
 * workers and timers too, and thaws the very same page.
 */

import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { launchOptions } from "../support/browser.mjs";
import { expect, test as base } from "../support/fixtures.ts";
import {
  expectAllSettledOnce,
  messageBox,
  readEntries,
  say,
  startRoom,
  untilSettled,
} from "../support/room.ts";
import { saidTexts, shareAndCopyLink } from "../support/shared-room.ts";

/** A browser as people have it: Playwright's own keeps no page aside. */
const test = base.extend<{ readonly visitor: BrowserContext }>({
  visitor: async ({ baseURL }, use) => {
    const browser = await chromium.launch({
      ...launchOptions({ gpu: false }),
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    });
    const viewport = { width: 1280, height: 800 };
    // Without a service worker, which would fetch the whole app beside what is tested.
    const options = { viewport, serviceWorkers: "block", baseURL: baseURL ?? "" } as const;
    await use(await browser.newContext(options));
    await browser.close();
  },
});

declare global {
  /** Set in the page that is to come back: a page that was loaded anew has none. */
  var keptMark: string | undefined;
  /** What the page was told of its own life. */
  var lifeSeen: string[] | undefined;
}

/** Leaves the app for another page of the origin; the browser keeps the app aside. */
async function leave(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = [];
    globalThis.keptMark = "kept";
    globalThis.lifeSeen = seen;
    for (const name of ["freeze", "resume"]) {
      document.addEventListener(name, () => seen.push(name));
    }
  });
  await page.goto("/healthz");
}

/** A browser that is short of something drops a page; ours are to be kept all the same. */
const DROPPED_MAX = 2;

/**
 * Leaves in the middle of what `begin` begins and comes back by the history, again where the
 * browser dropped the page, until the very same page was thawed. Resolves with how often it began.
 */
async function leaveAndComeBack(
  page: Page,
  begin: (time: number) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  for (let time = 1;; time += 1) {
    await begin(time);
    await leave(page);
    // Nothing is loaded, so nobody may wait for a load.
    await page.evaluate(() => void setTimeout(() => history.back()));
    await expect(messageBox(page)).toBeVisible();
    const [mark, seen] = await page.evaluate(() => [globalThis.keptMark, globalThis.lifeSeen]);
    if (mark === undefined && time <= DROPPED_MAX) continue;
    expect([mark, seen]).toEqual(["kept", ["freeze", "resume"]]);
    return time;
  }
}

/** Says something and resolves when it stands in the room: its turn is under way. */
async function ask(page: Page, text: string): Promise<void> {
  await say(page, text);
  await expect(page.getByRole("log").getByText(text)).toBeVisible();
}

test("[SY269] a page that was kept aside in the middle of a turn finishes it once", async ({ visitor }) => {
  const page = await visitor.newPage();
  await startRoom(page);
  await say(page, "First, so that the engine is there.");
  await untilSettled(page, 2);
  const times = await leaveAndComeBack(page, (time) => ask(page, `Now I leave, time ${time}.`));
  await untilSettled(page, 2 + 2 * times);
  await say(page, "Still with me?");
  await untilSettled(page, 4 + 2 * times);
  expectAllSettledOnce(await readEntries(page));
});

test("[SY269] a shared room that was kept aside is connected again and sends what is said", async ({ visitor }) => {
  const page = await visitor.newPage();
  await startRoom(page);
  await shareAndCopyLink(page);
  await say(page, "Before.");
  await expect.poll(() => saidTexts(page)).toEqual(["Before."]);
  await leaveAndComeBack(page);
  await say(page, "After.");
  await expect.poll(() => saidTexts(page)).toEqual(["Before.", "After."]);
  const relayed = (await readEntries(page)).filter(({ body }) => body.text === "After.");
  expect(relayed).toHaveLength(1);
});

test("[SY269] of two tabs the one that stays finishes what the other left, and nothing is answered twice", async ({ visitor }) => {
  const leading = await visitor.newPage();
  await startRoom(leading);
  const other = await visitor.newPage();
  await other.goto(leading.url());
  await expect(messageBox(other)).toBeVisible();
  await ask(leading, "And now I leave in the middle.");
  await leave(leading);
  await untilSettled(other, 2);
  // Chromium keeps the page aside or drops it, as it likes: it comes back all the same.
  await leading.evaluate(() => void setTimeout(() => history.back()));
  await expect(messageBox(leading)).toBeVisible();
  await untilSettled(leading, 2);
  await say(leading, "Still with me?");
  for (const tab of [leading, other]) await untilSettled(tab, 4);
  expectAllSettledOnce(await readEntries(other));
});
