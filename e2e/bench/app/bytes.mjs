/**
 * What a first visit fetches: empty cache, no service worker. JavaScript until the room can be
 * typed in, and everything until the first reply stands.
 */

import { watchTransfers } from "./network-bytes.mjs";
import { messageBox, newVisitor, startRoom, untilSettled } from "./visit.mjs";

/** @typedef {import("./network-bytes.mjs").Transfer} Transfer */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 */
export async function measureBytes(browser, url) {
  const context = await newVisitor(browser);
  try {
    const page = await context.newPage();
    const network = await watchTransfers(page);
    await page.goto(url);
    await startRoom(page);
    // What was asked for by now counts whole, also where its last bytes came a little later.
    const interactiveAtMs = Date.now();
    await messageBox(page).fill("Hello, who is here?");
    await messageBox(page).press("Enter");
    await untilSettled(page, 1);
    await network.fillGaps();
    const all = network.transfers();
    const scripts = all.filter((one) => one.isScript && one.askedAtMs <= interactiveAtMs);
    const total = (/** @type {readonly Transfer[]} */ some) => ({
      files: some.length,
      sentBytes: some.reduce((sum, one) => sum + one.sentBytes, 0),
      decodedBytes: some.reduce((sum, one) => sum + one.decodedBytes, 0),
    });
    return {
      scriptUntilInteractive: {
        ...total(scripts),
        /** What the room itself waits for; the worker's scripts load beside it. */
        page: total(scripts.filter(({ by, path }) => by === "page" && !isWorkerEntry(path))),
        worker: total(scripts.filter(({ by, path }) => by === "worker" || isWorkerEntry(path))),
        list: scripts,
      },
      scriptUntilFirstReply: total(all.filter((one) => one.isScript)),
      everythingUntilFirstReply: { ...total(all), list: all },
    };
  } finally {
    await context.close();
  }
}

/**
 * The page asks for a worker's first script; it is the worker's all the same.
 *
 * @param {string} path
 */
function isWorkerEntry(path) {
  return path.startsWith("/assets/inference-worker");
}
