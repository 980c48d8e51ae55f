/**
 * Hostile messages in the built app under its own policy (relay.md C3, Content). They come as a
 * room's file, go through its reader, the log and the fold, and are drawn as any message is: one
 * said by a person, the next answered by a persona.
 *
 * The guard of every test fails it on any violation of the policy or of Trusted Types, on any
 * uncaught error and on any request to another origin; guard.spec.ts shows that it sees them.
 */

import type { Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { families, missingLetters, roomFileOf } from "./hostile/corpus.ts";
import type { HostileCase } from "./hostile/hostile-case.ts";
import { judgeRows, overflowPx } from "./hostile/judge-rows.ts";
import { linkCases, refusedTitles } from "./hostile/link-cases.ts";

const WIDTHS = [1440, 390, 320];
const CASES_MIN = 300;

const ofTitle = (cases: readonly HostileCase[], pattern: RegExp): readonly HostileCase[] => {
  const found = cases.filter(({ title }) => pattern.test(title));
  if (found.length === 0) throw new Error(`No case is called ${pattern}`);
  return found;
};

/** What any case calls when it runs. Resolves with the calls so far. */
async function plantCanary(page: Page): Promise<() => Promise<readonly unknown[]>> {
  await page.addInitScript(() => {
    const ran: unknown[] = [];
    Object.assign(globalThis, { ran, canary: (value: unknown) => ran.push(value) });
  });
  return () => page.evaluate(() => (globalThis as unknown as { ran: unknown[] }).ran);
}

async function openRoomOf(page: Page, cases: readonly HostileCase[]): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Import a room" }).click();
  const input = page.getByRole("dialog", { name: "Import a room" }).locator("input[type=file]");
  await input.setInputFiles({
    ...{ name: "room.conclave", mimeType: "application/octet-stream" },
    buffer: roomFileOf(cases.map(({ text }) => text)),
  });
  await expect(page.getByRole("log")).toBeVisible({ timeout: 60_000 });
  await page.locator(".text-plain").first().waitFor({ state: "detached" });
}

/** The app's own files, which come when they come: its code, fonts, engine and starter model. */
const OWN_FILE = /^\/(assets|models\/starter|ort)\/[\w./-]+$/;

/** Requests of anything else, navigations and dialogs from now on. */
function watchTraffic(page: Page): readonly string[] {
  const seen: string[] = [];
  page.on("request", (request) => {
    const { pathname, origin, search } = new URL(request.url());
    const isOwn = origin === new URL(page.url()).origin && search === "";
    if (!isOwn || !OWN_FILE.test(pathname)) seen.push(request.url());
  });
  page.on("framenavigated", (frame) => seen.push(`navigated: ${frame.url()}`));
  page.on("dialog", (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return seen;
}

/** What is wrong with the log of `cases` at this width, by case. */
async function faultsOf(page: Page, cases: readonly HostileCase[]): Promise<readonly string[]> {
  const rows = await page.evaluate(judgeRows, cases.length);
  expect(rows.length, "every message is reached").toBe(cases.length);
  return cases.flatMap((one, index) => {
    const { shown, faults, links } = rows[index] ?? { shown: "", faults: [], links: 0 };
    const missing = missingLetters(one, shown);
    return [
      ...faults.filter((fault) => !(one.isUnbreakable && fault.startsWith("leaves its bubble"))),
      ...(missing === undefined ? [] : [`lacks ${missing}`]),
      ...(refusedTitles.has(one.title) && links > 0 ? ["made a link"] : []),
    ].map((fault) => `${one.title}: ${fault}`);
  });
}

test("the corpus has its cases, each another", () => {
  const all = Object.values(families).flat();
  expect(all.length).toBeGreaterThanOrEqual(CASES_MIN);
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
  console.log(`hostile corpus: ${all.length} messages`);
});

for (const [family, cases] of Object.entries(families)) {
  test(`[SY170] [SY171] [SY172] hostile ${family}: nothing runs, nothing leaves, every word is there inside its bubble`, async ({ page }) => {
    test.setTimeout(240_000);
    const ran = await plantCanary(page);
    await openRoomOf(page, cases);
    const address = page.url();
    const traffic = watchTraffic(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect.soft(await faultsOf(page, cases), `${width} px`).toEqual([]);
      expect.soft(await page.evaluate(overflowPx), `${width} px`).toBeLessThanOrEqual(0);
    }
    expect(await ran()).toEqual([]);
    expect(traffic).toEqual([]);
    expect(page.url()).toBe(address);
  });
}

/** One line of the check list in its own words: the cases that it is about, and what it forbids. */
async function expectInert(page: Page, cases: readonly HostileCase[]): Promise<void> {
  const ran = await plantCanary(page);
  await openRoomOf(page, cases);
  const traffic = watchTraffic(page);
  expect(await faultsOf(page, cases)).toEqual([]);
  await checkAxe(page);
  expect(await ran()).toEqual([]);
  expect(traffic).toEqual([]);
}

test("Content: `javascript:` and `data:text/html` links inert", async ({ page }) => {
  const cases = ofTitle(linkCases, /^link: a (script|page of data)/);
  await expectInert(page, cases);
  await expect(page.getByRole("log").locator("a")).toHaveCount(0);
});

test("Content: reference-style image not fetched", async ({ page }) => {
  await expectInert(page, ofTitle(families["markdown"] ?? [], /^references: an image/));
  await expect(page.getByRole("log")).toContainText("![pixel][p]");
});

test("Content: raw HTML shown as text", async ({ page }) => {
  await expectInert(page, ofTitle(families["markup"] ?? [], /^element: (script|image|frame)/));
});

test("Content: SVG script inert", async ({ page }) => {
  await expectInert(page, ofTitle(families["markup"] ?? [], /^SVG/));
});

test("Content: mXSS corpus", async ({ page }) => {
  await expectInert(page, ofTitle(families["markup"] ?? [], /^mXSS/));
});

test("Content: no network request while rendering the corpus", async ({ page, guard }) => {
  const cases = Object.values(families).flat().filter(({ text }) => /elsewhere|url\(/.test(text));
  await expectInert(page, cases);
  expect(guard.findings, "what the policy would have had to stop").toEqual([]);
});

test("Privacy: Referer empty", async ({ page, context, guard }) => {
  guard.allow(/another origin: https:\/\/evil\.example\//, "a person follows a link");
  const referrers: (string | undefined)[] = [];
  await context.route("https://evil.example/**", async (route) => {
    referrers.push((await route.request().allHeaders())["referer"]);
    await route.fulfill({ status: 200, contentType: "text/html", body: "<title>there</title>" });
  });
  await openRoomOf(page, ofTitle(linkCases, /^bare address: in angle brackets/));
  const opening = context.waitForEvent("page");
  await page.getByRole("link", { name: "https://evil.example/" }).click();
  const opened = await opening;
  await expect(opened).toHaveTitle("there");
  expect(await opened.evaluate(() => [document.referrer, opener])).toEqual(["", null]);
  expect(referrers).toEqual([undefined]);
});

test("[SY172] piled marks paint over no other message", async ({ page }) => {
  const plain = { title: "plain", text: "one line of a neighbour" };
  for (const one of ofTitle(families["text"] ?? [], /^marks: (above|below|of Thai)/)) {
    await openRoomOf(page, [plain, one, plain, plain]);
    const texts = page.locator("article .text");
    await expect(texts).toHaveCount(4);
    for (const neighbour of [0, 2]) {
      await texts.nth(neighbour).scrollIntoViewIfNeeded();
      const clip = await texts.nth(neighbour).boundingBox();
      if (clip === null) throw new Error("A neighbour is out of sight");
      const before = await page.screenshot({ clip, animations: "disabled" });
      const show = (value: string) =>
        texts.nth(1).evaluate((box, shown) => {
          (box as HTMLElement).style.visibility = shown;
        }, value);
      await show("hidden");
      const after = await page.screenshot({ clip, animations: "disabled" });
      await show("visible");
      expect(before.equals(after), `${one.title}: neighbour ${neighbour}`).toBe(true);
    }
  }
});
