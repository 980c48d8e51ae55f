/**
 * The demo: one question, two personas, a real browser. Prints what was said with timings, engine
 * and lane, writes a screenshot, exits 0. `npm run demo -- "What should I plant?"`
 *
 * Everything is the product: the page from the built server, its IndexedDB, its worker, its model.
 * The figures are read from the room's own log.
 */

import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";
import { ensureBrowser, launchOptions } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";

const QUESTION_DEFAULT = "Hello! What should I plant by the south wall?";
const SETTLED_MS_MAX = 120_000;

/**
 * @typedef {{ seq: number, ts: number, device: string, body: Record<string, any> }} Entry
 */

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const question = words.join(" ").trim() || QUESTION_DEFAULT;
const picture = resolve("test-results/demo.png");

const server = await startServer();
const browser = await chromium.launch({
  ...launchOptions({ gpu: false }),
  executablePath: ensureBrowser(),
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const openedMs = Date.now();
  await page.goto(server.url);
  await page.getByRole("button", { name: "Start with Ada and Bo" }).click();
  const message = page.getByRole("textbox", { name: "Message", exact: true });
  await message.waitFor();
  const interactiveMs = Date.now() - openedMs;
  await message.fill(question);
  await message.press("Enter");
  const entries = await settledEntries(page);
  mkdirSync(dirname(picture), { recursive: true });
  await page.screenshot({ path: picture });
  printConversation(entries, interactiveMs);
  console.log(`Screenshot: ${picture}`);
} finally {
  await browser.close();
  await server.stop();
}

/**
 * Waits until both personas have settled, and returns the room's log.
 *
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<Entry[]>}
 */
async function settledEntries(page) {
  const settled = page.locator(
    "[data-outcome=replied], [data-outcome=silent], [data-outcome=failed]",
  );
  await settled.nth(1).waitFor({ timeout: SETTLED_MS_MAX });
  return await page.evaluate(async () => {
    /** @type {IDBDatabase} */
    const database = await new Promise((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    return await new Promise((done, failed) => {
      const all = database.transaction("entries").objectStore("entries").getAll();
      all.onsuccess = () => done(all.result);
      all.onerror = () => failed(all.error);
    });
  });
}

/**
 * @param {Entry[]} entries
 * @param {number} interactiveMs
 */
function printConversation(entries, interactiveMs) {
  const names = new Map(
    entries.filter(({ body }) => body["kind"] === "persona")
      .map(({ body }) => [body["persona"], body["card"].name]),
  );
  console.log(`Room ready to type in after ${interactiveMs} ms\n`);
  for (const { body, device } of entries) {
    if (body["kind"] === "say") console.log(`You: ${body["text"]}`);
    if (body["kind"] !== "settle") continue;
    const { outcome, usage, times, modelId, lane } = body;
    const name = names.get(body["persona"]) ?? device;
    const said = outcome.kind === "replied"
      ? outcome.text
      : `(${[outcome.kind, outcome.reason].filter(Boolean).join(": ")})`;
    console.log(`${name}: ${said}`);
    if (usage === undefined || times === undefined) continue;
    const rate = usage.decodeMs > 0 ? (usage.generatedTokens * 1000) / usage.decodeMs : 0;
    console.log(
      `    ${modelId} on ${lane}; first text ${times.firstTextMs} ms, done ${times.finishedMs} ms; ` +
        `prompt ${usage.promptTokens} tokens (${usage.cachedTokens} cached), ` +
        `reply ${usage.generatedTokens} tokens at ${rate.toFixed(1)} a second`,
    );
  }
}
