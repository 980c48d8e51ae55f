/**
 * Journey 5, at seeded points: the worker is killed twenty times within replies, the tab another
 * twenty. Every turn settles once, no input and no draft is lost. SEED=… repeats a run.
 */

import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { expectSettledOnce, messageBox, readEntries, say, startRoom } from "../support/room.ts";

const KILLS = 20;
const seed = Number(process.env["SEED"] ?? 20_261_121);

/** mulberry32: enough chance to spread the points, the same from the same seed. */
function createChance(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Resolves when `chars` characters of the running reply are on the screen, or nothing runs any
 * more.
 */
async function untilText(page: Page, chars: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const running = [...document.querySelectorAll("[data-outcome=streaming]")];
    const length = Math.max(0, ...running.map((one) => one.textContent?.length ?? 0));
    const settled = document.querySelectorAll("[data-outcome=replied]").length;
    return length >= wanted || (running.length === 0 && settled > 0);
  }, chars);
}

async function untilTurnsSettled(page: Page, count: number): Promise<void> {
  await expect.poll(async () =>
    new Set(
      (await readEntries(page)).filter(({ body }) => body.kind === "settle")
        .map(({ body }) => `${body.turn}/${body.persona}`),
    ).size, { timeout: 60_000 }).toBe(count);
}

test("journey 5: a worker that stops answering is replaced and the same message is finished", async ({ page }) => {
  await startRoom(page);
  await say(page, "Tell me about the moon");
  await untilText(page, 30);
  await page.workers()[0]?.evaluate(() => self.close());
  await expect(page.getByText(/restarting/i).first()).toBeVisible({ timeout: 15_000 });
  await untilTurnsSettled(page, 2);
  const entries = await readEntries(page);
  expectSettledOnce(entries);
  expect(entries.filter(({ body }) => body.outcome?.kind === "failed")).toEqual([]);
});

test(`journey 5: the worker dies at ${KILLS} seeded points (seed ${seed})`, async ({ page, guard }) => {
  test.setTimeout(240_000);
  guard.allow(/planted crash/, "the test throws it inside the worker");
  const chance = createChance(seed);
  await startRoom(page);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await say(page, `Message ${kill}: tell me about a lantern`);
    await untilText(page, Math.floor(chance() * 120));
    await page.workers()[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error("planted crash");
      });
    }).catch(() => undefined); // It may be between two workers: then nothing is killed this time.
    // Five deaths in ten minutes are the budget; a person who sees it spent presses "Retry now".
    await untilTurnsSettledWithRetry(page, kill * 2);
  }
  const entries = await readEntries(page);
  expectSettledOnce(entries);
  expect(entries.filter(({ body }) => body.kind === "say")).toHaveLength(KILLS);
});

/**
 * Retries like a person when the restart budget is spent, and asks again for what failed meanwhile.
 */
async function untilTurnsSettledWithRetry(page: Page, count: number): Promise<void> {
  await expect.poll(async () => {
    const retry = page.getByRole("button", { name: "Retry now" }).first();
    if (await retry.isVisible()) await retry.click();
    return new Set(
      (await readEntries(page)).filter(({ body }) => body.kind === "settle")
        .map(({ body }) => `${body.turn}/${body.persona}`),
    ).size;
  }, { timeout: 90_000 }).toBe(count);
}

test(`journey 5: the tab dies at ${KILLS} seeded points (seed ${seed})`, async ({ page, context }) => {
  test.setTimeout(300_000);
  const chance = createChance(seed + 1);
  await startRoom(page);
  const url = page.url();
  let tab = page;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const draft = `draft ${kill}`;
    await say(tab, `Message ${kill}: what is in the rain?`);
    await messageBox(tab).fill(draft);
    await untilText(tab, Math.floor(chance() * 120));
    const session = await context.newCDPSession(tab);
    // The renderer is gone before it can answer.
    void session.send("Page.crash").catch(() => undefined);
    await tab.waitForEvent("crash");
    await tab.close();
    tab = await context.newPage();
    await tab.goto(url);
    await expect(messageBox(tab)).toHaveValue(draft);
    await messageBox(tab).fill("");
  }
  await untilTurnsSettled(tab, KILLS * 2);
  const entries = await readEntries(tab);
  expectSettledOnce(entries);
  expect(entries.filter(({ body }) => body.kind === "say")).toHaveLength(KILLS);
});
