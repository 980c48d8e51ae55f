/**
 * Hostile card files in the built app under its own policy: one dialog takes them one after the
 * other, and reads or refuses each. The guard of the test fails it on any violation of the policy,
 * any uncaught error and any request to another origin.
 *
 * Rules (shared/SPEC.md):
 *   SY271 A card file is read beside the page, which stays usable, and within a stated time; a file
 *         that takes longer, or breaks its reader, is refused by name.
 *   SY272 What a card brings is shown as text inside its box; nothing of it runs or is fetched.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { tasksWhile } from "../support/page-tasks.ts";
import { startRoom } from "../support/room.ts";
import { longest, measureSlowness } from "../support/slowness.ts";
import { cardFileCases } from "./hostile/card-file-cases.ts";
import { cardTextCases } from "./hostile/card-text-cases.ts";
import type { HostileCard } from "./hostile/hostile-card.ts";
import { judgeCard } from "./hostile/judge-card.ts";

const cases: readonly HostileCard[] = [...cardTextCases, ...cardFileCases];
const CASES_MIN = 140;
/** The app's own files, which come when they come: its code, fonts, engine and starter model. */
const OWN_FILE = /^\/(assets|models\/starter|ort)\/[\w./-]+$/;
/** What the page's own thread may spend on one task of a card: its answer, and drawing that. */
const TASK_MS_MAX = 150;

declare global {
  /** Every answer of the dialog about a file, in order. */
  var cardAnswers: string[];
}

/** Notes answers inside the page: two files may be refused in the same words. */
async function noteAnswers(status: Locator, reading: string): Promise<void> {
  await status.evaluate((box, waiting) => {
    globalThis.cardAnswers = [];
    new MutationObserver(() => {
      const text = box.textContent;
      if (text !== "" && text !== waiting) globalThis.cardAnswers.push(text);
    }).observe(box, { childList: true, characterData: true, subtree: true });
  }, reading);
}

async function openDialog(page: Page): Promise<Locator> {
  await page.setViewportSize({ width: 320, height: 800 });
  await page.addInitScript(() => {
    const ran: unknown[] = [];
    Object.assign(globalThis, { ran, canary: (value: unknown) => ran.push(value) });
  });
  await startRoom(page);
  await page.getByRole("button", { name: "Cast and turn" }).click();
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await expect(dialog.getByRole("button", { name: "Import a card" })).toBeVisible();
  await noteAnswers(
    dialog.getByRole("region", { name: "Import a card" }).locator("[role=status]"),
    "Reading the card",
  );
  return dialog;
}

/** Gives the files to the dialog, one after the other; resolves with what is wrong. */
async function giveAll(
  page: Page,
  { dialog, given, folder }: {
    readonly dialog: Locator;
    readonly given: readonly HostileCard[];
    readonly folder: string;
  },
): Promise<readonly string[]> {
  const faults: string[] = [];
  const input = dialog.locator("input[type=file]");
  await page.evaluate(() => void (globalThis.cardAnswers = []));
  for (const [at, { title, isCard, bytes }] of given.entries()) {
    const path = `${folder}/card-${at}.bin`;
    writeFileSync(path, bytes());
    const before = await page.evaluate(() => globalThis.cardAnswers.length);
    await input.setInputFiles(path);
    await page.waitForFunction((count) => globalThis.cardAnswers.length > count, before);
    rmSync(path);
    const answer = await page.evaluate(() => globalThis.cardAnswers.at(-1) ?? "");
    const found = await page.evaluate(judgeCard);
    const isRead = answer.startsWith("Read ");
    // One that is only given up on was not refused by what is in it.
    const isRefused = answer.startsWith("Nothing was changed. ") &&
      !/broke off|takes longer/.test(answer);
    if (isCard ? !isRead : !isRefused) faults.push(`${title}: ${answer.slice(0, 90)}`);
    faults.push(...found.map((fault) => `${title}: ${fault}`));
  }
  return faults;
}

test("the cards are enough, each another", () => {
  expect(cases.length).toBeGreaterThanOrEqual(CASES_MIN);
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  console.log(`hostile cards: ${cases.length} files`);
});

test(
  "[SY271] [SY272] [PL46] every hostile card is read or refused by name; nothing runs, leaves or stands outside its box",
  async ({ page }, info) => {
    test.setTimeout(240_000);
    const folder = info.outputPath("cards");
    mkdirSync(folder, { recursive: true });
    const dialog = await openDialog(page);
    const requests: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (!OWN_FILE.test(pathname)) requests.push(request.url());
    });
    const calm = cases.filter(({ title }) => !title.startsWith("cost: "));
    expect.soft(await giveAll(page, { dialog, given: calm, folder })).toEqual([]);
    await checkAxe(page);

    const costly = cases.filter(({ title }) => title.startsWith("cost: "));
    let faults: readonly string[] = [];
    const tasks = await tasksWhile(page, async () => {
      faults = await giveAll(page, { dialog, given: costly, folder });
    });
    expect.soft(faults).toEqual([]);
    const limitMs = TASK_MS_MAX * await measureSlowness(page);
    console.log(
      `costly cards: ${costly.length}; longest task of the page ` +
        `${longest(tasks).toFixed(0)} ms of ${limitMs.toFixed(0)}`,
    );
    expect(tasks.filter(({ cpuMs }) => cpuMs > limitMs)).toEqual([]);
    expect(await page.evaluate(() => (globalThis as unknown as { ran: unknown[] }).ran)).toEqual(
      [],
    );
    expect(await page.evaluate(() => "polluted" in {})).toBe(false);
    expect(requests).toEqual([]);
  },
);
