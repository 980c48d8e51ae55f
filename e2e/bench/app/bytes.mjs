/**
 * What a visit fetches: empty cache, no service worker. JavaScript until the room can be typed in,
 * on a first visit and on one that opens a room again, and everything until the first reply stands.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { watchTransfers } from "./network-bytes.mjs";
import { messageBox, newVisitor, startRoom, untilSettled } from "./visit.mjs";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./network-bytes.mjs").Transfer} Transfer */

const DIST = join(import.meta.dirname, "../../../dist");

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 */
export async function measureBytes(browser, url) {
  const context = await newVisitor(browser);
  try {
    const page = await context.newPage();
    await page.addInitScript(noteFirstComposer);
    const network = await watchTransfers(page);
    await page.goto(url);
    await startRoom(page);
    const first = await untilInteractive(page, network.transfers());
    await messageBox(page).fill("Hello, who is here?");
    const saidAtMs = Date.now();
    await messageBox(page).press("Enter");
    await untilSettled(page, 1);
    const firstReplyMs = Date.now() - saidAtMs;
    await network.fillGaps();
    const all = network.transfers();
    const again = await openAgain(context, page.url());
    return {
      scriptUntilInteractive: { first, again },
      firstReplyMs,
      scriptUntilFirstReply: total(all.filter((one) => one.isScript)),
      everythingUntilFirstReply: { ...total(all), list: all },
    };
  } finally {
    await context.close();
  }
}

/**
 * The room once more, in a tab with nothing cached.
 *
 * @param {import("@playwright/test").BrowserContext} context
 * @param {string} roomUrl
 */
async function openAgain(context, roomUrl) {
  const page = await context.newPage();
  await page.addInitScript(noteFirstComposer);
  const network = await watchTransfers(page, { cacheDisabled: true });
  await page.goto(roomUrl);
  await messageBox(page).waitFor();
  return await untilInteractive(page, network.transfers());
}

/**
 * Scripts that the page had asked for when the composer stood on the page and took keys. They count
 * whole, also where their last bytes came later.
 *
 * @param {Page} page
 * @param {readonly Transfer[]} transfers
 */
async function untilInteractive(page, transfers) {
  const { composerAtMs, startedAtMs } = await page.evaluate(() => ({
    composerAtMs: /** @type {{ composerAtMs?: number }} */ (window).composerAtMs ?? 0,
    startedAtMs: performance.timeOrigin,
  }));
  const scripts = transfers.filter((one) => one.isScript && one.askedAtMs <= composerAtMs);
  const isOfWorker = (/** @type {Transfer} */ { by, path }) =>
    by === "worker" || path.startsWith("/assets/inference-worker");
  return {
    page: total(scripts.filter((one) => !isOfWorker(one))),
    worker: total(scripts.filter(isOfWorker)),
    /** From the beginning of the navigation; on a first visit with the reading of the start. */
    interactiveMs: composerAtMs - startedAtMs,
    list: scripts,
  };
}

/** Runs in the page before its scripts: notes when a message box is first in the document. */
function noteFirstComposer() {
  new MutationObserver((_records, observer) => {
    if (document.querySelector("textarea.composer-input:not([readonly])") === null) return;
    observer.disconnect();
    Object.assign(window, { composerAtMs: performance.timeOrigin + performance.now() });
  }).observe(document, { childList: true, subtree: true });
}

/** @param {readonly Transfer[]} some */
function total(some) {
  return {
    files: some.length,
    /** As the server sent them, in its best encoding, with headers. */
    sentBytes: sumOf(some, (one) => one.sentBytes),
    /** Of the bodies, as the budget counts them. */
    gzipBytes: sumOf(some, ({ path }) => gzipBytesOf(path)),
    decodedBytes: sumOf(some, (one) => one.decodedBytes),
  };
}

/**
 * @param {readonly Transfer[]} some
 * @param {(one: Transfer) => number} sizeOf
 */
function sumOf(some, sizeOf) {
  return some.reduce((sum, one) => sum + sizeOf(one), 0);
}

/** @param {string} path */
function gzipBytesOf(path) {
  return /\.m?js$/.test(path) ? gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length : 0;
}
