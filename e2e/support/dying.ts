/**
 * Journey 5 at seeded points: when to kill, and what to wait for afterwards. SEED=… repeats a run.
 */

import { expect, type Page } from "@playwright/test";
import { readEntries } from "./room.ts";

export const KILLS = 20;
export const seed = Number(process.env["SEED"] ?? 20_261_121);

/** mulberry32: enough chance to spread the points, the same from the same seed. */
export function createChance(from: number): () => number {
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
export async function untilText(page: Page, chars: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const running = [...document.querySelectorAll("[data-outcome=streaming]")];
    const length = Math.max(0, ...running.map((one) => one.textContent?.length ?? 0));
    const settled = document.querySelectorAll("[data-outcome=replied]").length;
    return length >= wanted || (running.length === 0 && settled > 0);
  }, chars);
}

export async function untilTurnsSettled(page: Page, count: number): Promise<void> {
  await expect.poll(async () =>
    new Set(
      (await readEntries(page)).filter(({ body }) => body.kind === "settle")
        .map(({ body }) => `${body.turn}/${body.persona}`),
    ).size, { timeout: 60_000 }).toBe(count);
}

/** Retries like a person when the restart budget is spent; resolves to how often. */
export async function untilTurnsSettledWithRetry(page: Page, count: number): Promise<number> {
  let presses = 0;
  await expect.poll(async () => {
    const retry = page.getByRole("button", { name: "Retry now" }).first();
    if (await retry.isVisible()) {
      await retry.click();
      presses += 1;
    }
    return new Set(
      (await readEntries(page)).filter(({ body }) => body.kind === "settle")
        .map(({ body }) => `${body.turn}/${body.persona}`),
    ).size;
  }, { timeout: 90_000 }).toBe(count);
  return presses;
}
