/**
 * How long a room takes to open: from the navigation to its newest message in view and a message
 * box that takes text, in the page's own time. With the stored checkpoint and without it.
 */

import { buildSeedScript } from "../site.mjs";
import { summarize } from "../statistics.mjs";
import { newVisitor, WAIT_MS_MAX } from "./visit.mjs";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("../page/seed-room.ts").SeedFace} SeedFace */

const SIZES = /** @type {const} */ ([100, 10_000, 100_000]);
const ROUNDS_MIN = 3;
const LAST_LINE = "This is the newest line of the room, and here it ends.";

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {number} rounds
 */
export async function measureOpening(browser, url, rounds) {
  const script = await buildSeedScript();
  const count = Math.max(rounds, ROUNDS_MIN);
  const small = await measureSize(browser, url, script, SIZES[0], count);
  const large = await measureSize(browser, url, script, SIZES[1], count);
  const huge = await measureSize(browser, url, script, SIZES[2], count, false);
  /** A room of the small size has no checkpoint: its one figure stands below all. */
  const ratio = (/** @type {typeof large.foldingMs} */ ms) =>
    medianOf(ms) / medianOf(small.foldingMs);
  return {
    small,
    large,
    huge,
    ratioFolding: ratio(large.foldingMs),
    ratioCheckpoint: ratio(large.checkpointMs),
    ratioCheckpointHuge: ratio(huge.checkpointMs),
  };
}

/** @param {import("../statistics.mjs").Summary | undefined} ms */
function medianOf(ms) {
  if (ms === undefined) throw new Error("Cannot compare openings: one was not measured");
  return ms.median;
}

/**
 * Rooms of different sizes never share a browser profile: the app reads every room of a profile
 * at start.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {string} script
 * @param {number} messages
 * @param {number} rounds
 * @param {boolean} measuresFolding
 */
async function measureSize(browser, url, script, messages, rounds, measuresFolding = true) {
  const context = await newVisitor(browser);
  try {
    await context.addInitScript(watchOpening, LAST_LINE);
    const page = await context.newPage();
    await leaveApp(page, url);
    const seedStartedMs = performance.now();
    await page.evaluate(script);
    const { roomId, entries } = await page.evaluate(([count, lastLine]) => {
      const { seedBench } =
        /** @type {{ seedBench: SeedFace }} */ (/** @type {any} */ (globalThis));
      return seedBench.seed(count, lastLine);
    }, /** @type {const} */ ([messages, LAST_LINE]));
    const seedMs = performance.now() - seedStartedMs;
    const roomUrl = `${url}#/room/${encodeURIComponent(roomId)}`;
    // A visitor who comes back has the page's files in the cache: the first opening fills it.
    await openOnce(page, url, roomUrl);
    const hasCheckpoint = await untilCheckpoint(page, messages);
    /** @type {number[]} */
    const folding = [];
    /** @type {number[]} */
    const checkpoint = [];
    for (let round = 0; round < rounds; round += 1) {
      if (measuresFolding) {
        await leaveApp(page, url);
        await dropCheckpoints(page);
        folding.push(await openOnce(page, url, roomUrl));
      }
      if (!hasCheckpoint) continue;
      await untilCheckpoint(page, messages);
      checkpoint.push(await openOnce(page, url, roomUrl));
    }
    return {
      messages,
      entries,
      seedMs,
      foldingMs: folding.length === 0 ? undefined : summarize(folding),
      checkpointMs: checkpoint.length === 0 ? undefined : summarize(checkpoint),
    };
  } finally {
    await context.close();
  }
}

/**
 * A page of the same origin without the app, where the database can be changed unseen.
 *
 * @param {Page} page
 * @param {string} url
 */
async function leaveApp(page, url) {
  await page.goto(new URL("healthz", url).href);
}

/**
 * @param {Page} page
 * @param {string} url
 * @param {string} roomUrl
 * @returns {Promise<number>} ms from the navigation's start
 */
async function openOnce(page, url, roomUrl) {
  await leaveApp(page, url);
  await page.goto(roomUrl, { waitUntil: "commit" });
  const opened = await page.waitForFunction(
    () => /** @type {any} */ (globalThis).roomOpenedMs,
    undefined,
    { timeout: WAIT_MS_MAX },
  );
  return await opened.jsonValue();
}

/**
 * Runs in every page: notes in which frame the room was open. `performance.now` counts from the
 * navigation's start.
 *
 * @param {string} lastLine
 */
function watchOpening(lastLine) {
  const look = () => {
    const box = document.querySelector("textarea.composer-input");
    const lines = [...document.querySelectorAll("article[data-persona] .text")];
    const newest = lines.find((line) => line.textContent?.includes(lastLine));
    if (box instanceof HTMLTextAreaElement && !box.readOnly && newest !== undefined) {
      const { top, bottom } = newest.getBoundingClientRect();
      if (bottom > top && top >= 0 && bottom <= innerHeight) {
        Object.assign(globalThis, { roomOpenedMs: performance.now() });
        return;
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * Waits until the app has stored a checkpoint, where the room is long enough for one.
 *
 * @param {Page} page
 * @param {number} messages
 * @returns {Promise<boolean>} whether there is one
 */
async function untilCheckpoint(page, messages) {
  if (messages < 500) return (await countCheckpoints(page)) > 0;
  await page.waitForFunction(countInPage, undefined, { polling: 200, timeout: WAIT_MS_MAX });
  return true;
}

/** @param {Page} page */
async function countCheckpoints(page) {
  return await page.evaluate(countInPage);
}

/** @returns {Promise<number>} */
async function countInPage() {
  /** @type {IDBDatabase} */
  const database = await new Promise((done, failed) => {
    const open = indexedDB.open("conclave");
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  const count = await new Promise((done, failed) => {
    const all = database.transaction("checkpoints").objectStore("checkpoints").count();
    all.onsuccess = () => done(all.result);
    all.onerror = () => failed(all.error);
  });
  database.close();
  return count;
}

/** @param {Page} page outside the app */
async function dropCheckpoints(page) {
  await page.evaluate(async () => {
    /** @type {IDBDatabase} */
    const database = await new Promise((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    await new Promise((done, failed) => {
      const transaction = database.transaction("checkpoints", "readwrite");
      transaction.objectStore("checkpoints").clear();
      transaction.oncomplete = () => done(undefined);
      transaction.onabort = () => failed(transaction.error);
    });
    database.close();
  });
}
