/**
 * Ten thousand messages: what is in the page, how typing feels, whether the reader's place holds.
 */

import type { Page } from "@playwright/test";
import { expect, openScene, test } from "./ui/ui-test.ts";

const KEY_MS_MAX = 50;

test.beforeEach(async ({ page }) => {
  await openScene(page, "many", "#/room/rm_many");
  await expect(page.getByText(/^Answer 4999\./)).toBeVisible();
});

test("the page holds a window of the log, at its end and after a long way up", async ({ page }) => {
  const log = page.getByRole("log");
  const count = () => page.locator("article").count();
  expect(await count()).toBeLessThan(60);
  await log.evaluate((box) => box.scrollTo(0, box.scrollHeight / 2));
  await expect(page.getByText(/^Answer 4999\./)).toHaveCount(0);
  await expect.poll(count).toBeLessThan(60);
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(3_000);
  await log.evaluate((box) => box.scrollTo(0, 0));
  await expect(page.getByText("Question 0, about the weather.")).toBeVisible();
  await page.getByRole("button", { name: "Jump to newest" }).click();
  await expect(page.getByText(/^Answer 4999\./)).toBeVisible();
});

test("[SY136] the log is as high as all its rows, drawn or not", async ({ page }) => {
  const heights = () =>
    page.getByRole("log").evaluate((box) => {
      const rows = [...box.querySelectorAll(".row")].map((row) => row.clientHeight);
      return { all: box.scrollHeight, least: Math.min(...rows) * 5_000 };
    });
  const { all, least } = await heights();
  expect(all).toBeGreaterThan(least);
});

test("[SY137] [SY260] at the end of the log messages that stream at once move no other", async ({ page }) => {
  const personas = ["pe_ada", "pe_bo"];
  await page.evaluate((cast) => {
    const turn = fixture.rooms.get("rm_many")?.say("And now?", cast, 0) ?? 0;
    fixture.pace = Infinity;
    fixture.publish();
    Object.assign(globalThis, { turn });
  }, personas);
  await expect(page.getByRole("log").getByText("And now?")).toBeVisible();
  const { moved, grown } = await page.evaluate(async (cast) => {
    const { turn } = globalThis as unknown as { readonly turn: number };
    const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
    const words = "and the rain came over the hill ";
    const stream = async (count: number) => {
      for (const persona of cast) {
        const attempt = { turn, persona, attempt: 0, phase: "speaking" } as const;
        fixture.run("rm_many", attempt, words.repeat(count));
      }
      await nextFrame();
    };
    await stream(1);
    for (let frame = 0; frame < 30; frame += 1) await nextFrame();
    const moved: string[] = [];
    // Also what is no element, such as the mark behind the words.
    const note = (entries: PerformanceEntryList): void => {
      const shifts = entries as unknown as readonly {
        readonly sources: readonly { readonly node: Node | null }[];
      }[];
      for (const { node } of shifts.flatMap(({ sources }) => sources)) {
        moved.push(node instanceof Element ? node.className : node?.nodeName ?? "no node");
      }
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: "layout-shift" });
    const log = document.querySelector(".log");
    const before = log?.scrollHeight ?? 0;
    for (let count = 2; count < 50; count += 1) {
      await stream(count);
    }
    for (const _each of cast) await nextFrame();
    note(observer.takeRecords()); // Of the last frames, which nobody was told yet.
    observer.disconnect();
    return { moved, grown: (log?.scrollHeight ?? 0) - before };
  }, personas);
  expect(grown).toBeGreaterThan(400);
  expect(moved).toEqual([]);
});

test("typing stays quick while personas stream", async ({ page }) => {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { times });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const event = entry as PerformanceEventTiming;
        if (event.name === "keydown") times.push(event.processingEnd - event.startTime);
      }
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
    let words = "";
    const turn = fixture.rooms.get("rm_many")?.say("And now?", ["pe_ada"], 0) ?? 0;
    fixture.pace = Infinity;
    setInterval(() => {
      words += " and the rain";
      const attempt = { turn, persona: "pe_ada", attempt: 0, phase: "speaking" } as const;
      fixture.run("rm_many", attempt, words);
    }, 50);
  });
  const box = page.getByRole("textbox", { name: "Message" });
  await box.pressSequentially("Typing while the others talk, as one does", { delay: 20 });
  await expect(box).toHaveValue("Typing while the others talk, as one does");
  const times = await page.evaluate(() => (globalThis as { times?: number[] }).times ?? []);
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(`slow keys: ${times.length} of 41, median of those ${median.toFixed(0)} ms`);
  expect(median).toBeLessThan(KEY_MS_MAX);
});

/** Where the first wholly visible article stands, by its text. */
async function readPlace(page: Page): Promise<{ text: string; top: number }> {
  return await page.getByRole("log").evaluate((box) => {
    const edge = box.getBoundingClientRect().top;
    const article = [...box.querySelectorAll("article")]
      .find((each) => each.getBoundingClientRect().top >= edge);
    return {
      text: article?.textContent ?? "",
      top: (article?.getBoundingClientRect().top ?? 0) - edge,
    };
  });
}

/** The place once the wheel has run out: two frames in a row agree. */
async function readSettledPlace(page: Page): Promise<{ text: string; top: number }> {
  let place = await readPlace(page);
  await expect.poll(async () => {
    const before = place.top;
    place = await readPlace(page);
    return place.top - before;
  }, { intervals: [200] }).toBe(0);
  return place;
}

test("a reader who scrolled up is not moved by what arrives", async ({ page }) => {
  const log = page.getByRole("log");
  await log.hover();
  for (let step = 0; step < 12; step++) await page.mouse.wheel(0, -700);
  await expect(page.getByRole("button", { name: "Jump to newest" })).toBeVisible();
  const before = await readSettledPlace(page);
  await page.evaluate(() => {
    const room = fixture.rooms.get("rm_many");
    for (let index = 0; index < 5; index++) {
      const turn = room?.say(`News ${index}`, ["pe_ada"]) ?? 0;
      room?.reply(turn, "pe_ada", "So it is. ".repeat(30));
    }
    fixture.publish();
  });
  await expect(page.getByRole("button", { name: /new messages/ })).toBeVisible();
  const after = await readPlace(page);
  expect(after.text).toBe(before.text);
  expect(Math.abs(after.top - before.top)).toBeLessThanOrEqual(2);
  await page.setViewportSize({ width: 1000, height: 700 });
  await expect.poll(async () => (await readPlace(page)).top).toBeGreaterThanOrEqual(0);
  await page.getByRole("button", { name: /new messages/ }).click();
  await expect(page.getByText("News 4")).toBeVisible();
});

test("scrolling up step by step shows every message once, in order, without a jump", async ({ page }) => {
  const log = page.getByRole("log");
  await log.hover();
  let last = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 25; step++) {
    await page.mouse.wheel(0, -400);
    const seen = await log.evaluate((box) =>
      [...box.querySelectorAll<HTMLElement>("article[data-seq]")].map((each) =>
        Number(each.dataset["seq"])
      )
    );
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    const { top } = await log.evaluate((box) => ({ top: box.scrollTop }));
    expect(top).toBeLessThan(last + 1);
    last = top;
  }
});

test("the place is found again after a reload", async ({ page }) => {
  const log = page.getByRole("log");
  await log.hover();
  for (let step = 0; step < 8; step++) await page.mouse.wheel(0, -600);
  const before = await readSettledPlace(page);
  await page.reload();
  await expect(page.getByRole("button", { name: "Jump to newest" })).toBeVisible();
  await expect.poll(async () => (await readPlace(page)).text).toBe(before.text);
});
