/** Leadership between real tabs: one peer per origin, whatever happens to its tab (D29). */

import type { Page } from "@playwright/test";
import { crashTab, expect, test } from "./storage-test.ts";

/** How long an origin may be without a leader after one is gone. */
const FOLLOWED_MS_MAX = 2_000;

const phase = (tab: Page): Promise<string> => tab.evaluate(() => storageHarness.phase());
const term = (tab: Page): Promise<number> => tab.evaluate(() => storageHarness.term());

/** Opens `count` tabs in line; the first one leads. */
async function openLine(openTab: () => Promise<Page>, count: number): Promise<readonly Page[]> {
  const tabs: Page[] = [];
  for (let index = 0; index < count; index += 1) {
    const tab = await openTab();
    await tab.evaluate(() => storageHarness.start());
    if (index === 0) await expectLeads(tab);
    tabs.push(tab);
  }
  return tabs;
}

async function expectLeads(tab: Page): Promise<void> {
  await expect.poll(() => term(tab), { timeout: FOLLOWED_MS_MAX, intervals: [20] })
    .toBeGreaterThan(0);
}

test("[SY23] of three tabs one leads, and closing it lets the next lead", async ({ openTab }) => {
  const [first, second, third] = await openLine(openTab, 3) as [Page, Page, Page];
  expect([await phase(first), await phase(second), await phase(third)])
    .toEqual(["leading", "waiting", "waiting"]);
  const before = await term(first);
  await first.close();
  await expectLeads(second);
  expect(await term(second)).toBeGreaterThan(before);
  expect(await phase(third)).toBe("waiting");
});

test("[SY24] a crashed leader is followed", async ({ openTab }) => {
  const [first, second] = await openLine(openTab, 2) as [Page, Page];
  await crashTab(first);
  await expectLeads(second);
});

test("[SY24] a reloaded leader is followed and gets in line again", async ({ openTab }) => {
  const [first, second] = await openLine(openTab, 2) as [Page, Page];
  await first.reload();
  await first.waitForFunction(() => "storageHarness" in globalThis);
  await expectLeads(second);
  await first.evaluate(() => storageHarness.start());
  expect(await phase(first)).toBe("waiting");
  await second.close();
  await expectLeads(first);
});

test("[SY23] [SY24] a frozen leader is followed, and comes back in line", async ({ openTab }) => {
  const [first, second] = await openLine(openTab, 2) as [Page, Page];
  // Playwright keeps every page focused, and Chromium freezes only hidden pages: the event is ours.
  await first.evaluate(() => document.dispatchEvent(new Event("freeze")));
  expect([await phase(first), await term(first)]).toEqual(["away", 0]);
  await expectLeads(second);
  await first.evaluate(() => document.dispatchEvent(new Event("resume")));
  expect(await phase(first)).toBe("waiting");
  await second.close();
  await expectLeads(first);
});

test("[SY25] a follower asks for leadership and gets it", async ({ openTab }) => {
  const [first, second] = await openLine(openTab, 2) as [Page, Page];
  await second.evaluate(() => storageHarness.requestHandOver());
  await expectLeads(second);
  expect(await phase(first)).toBe("waiting");
});

test("[SY28] [SY36] tabs mirror the leader, and their commands follow it", async ({ openTab }) => {
  const [first, second] = await openLine(openTab, 2) as [Page, Page];
  const led = await term(first);
  await expect.poll(() => second.evaluate(() => storageHarness.seen()))
    .toEqual(expect.arrayContaining([`led in term ${led}`, "so far"]));
  const answer = await second.evaluate(() => storageHarness.send("say"));
  expect(answer).toEqual({ ok: true, value: `say done in term ${led}` });
  await first.close();
  await expectLeads(second);
  const own = await second.evaluate(() => storageHarness.send("say"));
  expect(own).toEqual({ ok: true, value: `say done in term ${await term(second)}` });
});

test("[SY37] a command sent while nobody leads waits for the next leader", async ({ openTab }) => {
  const [first, second] = await openLine(openTab, 2) as [Page, Page];
  const third = await openTab();
  await first.evaluate(() => storageHarness.close());
  await second.evaluate(() => storageHarness.close());
  const answer = third.evaluate(() => storageHarness.send("say"));
  await third.evaluate(() => storageHarness.start());
  expect(await answer).toMatchObject({ ok: true });
});
