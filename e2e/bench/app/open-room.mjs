/**
 * How long a room takes to open: from the navigation to its newest message in view and a message
 * box that takes text, in the page's own time. With the stored state and without it.
 *
 * Rooms of different sizes never share a browser profile: the app reads every room of a profile at
 * start. They are opened in turn in each round, so that what else the machine does strikes all.
 */

import { buildSeedScript } from "../site.mjs";
import { compare, summarize } from "../statistics.mjs";
import { addressOf, dropStates, leaveApp, seedRoom, untilStates } from "./seeded-rooms.mjs";
import { newVisitor } from "./visit.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const SIZES = /** @type {const} */ ([100, 10_000, 100_000]);
/** An opening is short, and another program's second is as long as three of them. */
const ROUNDS_MIN = 9;
/** Folding a larger log from its start takes too long to be part of each round. */
const FOLDED_MESSAGES_MAX = 10_000;
/** A shorter room has no stored state: its log is read whole. */
const STORED_MESSAGES_MIN = 500;
const LAST_LINE = "This is the newest line of the room, and here it ends.";

/**
 * @typedef {object} Room
 * @property {import("@playwright/test").BrowserContext} context
 * @property {Page} page
 * @property {string} roomUrl
 * @property {number} messages
 * @property {number} entries
 * @property {number} seedMs until the app has stored its state
 * @property {number[]} folding
 * @property {number[]} stored
 */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
export async function measureOpening(browser, url, rounds, tell) {
  const script = await buildSeedScript();
  /** @type {Room[]} */
  const rooms = [];
  try {
    for (const messages of SIZES) {
      tell(`app: making a room of ${messages} messages`);
      rooms.push(await prepareRoom(browser, url, script, messages));
    }
    for (let round = 1; round <= Math.max(rounds, ROUNDS_MIN); round += 1) {
      tell(`app: opening each, round ${round}`);
      for (const room of rooms) await measureRound(room, url);
    }
  } finally {
    for (const { context } of rooms) await context.close();
  }
  // The small room has no stored state: its one figure stands below all.
  const small = rooms[0]?.folding ?? [];
  return rooms.map(({ messages, entries, seedMs, folding, stored }) => ({
    messages,
    entries,
    seedMs,
    foldingMs: folding.length === 0 ? undefined : summarize(folding),
    storedMs: stored.length === 0 ? undefined : summarize(stored),
    /** To the small room in the same round: a load that comes and goes strikes both. */
    ratioStored: stored.length === 0 ? undefined : compare(stored, small).ratioPaired,
  }));
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {string} script
 * @param {number} messages
 * @returns {Promise<Room>}
 */
async function prepareRoom(browser, url, script, messages) {
  const context = await newVisitor(browser);
  await context.addInitScript(watchOpening, LAST_LINE);
  const page = await context.newPage();
  await leaveApp(page, url);
  const startedMs = performance.now();
  const { roomId, entries } = await seedRoom(page, script, { messages, lastLine: LAST_LINE });
  const roomUrl = addressOf(url, roomId);
  const room = { context, page, roomUrl, messages, entries };
  // A visitor who comes back has the page's files in the cache: the first opening fills it.
  await openOnce({ ...room, seedMs: 0, folding: [], stored: [] });
  if (messages >= STORED_MESSAGES_MIN) await untilStates(page, 2);
  await leaveApp(page, url);
  return { ...room, seedMs: performance.now() - startedMs, folding: [], stored: [] };
}

/**
 * @param {Room} room
 * @param {string} url
 */
async function measureRound(room, url) {
  const { page, messages, folding, stored } = room;
  if (messages <= FOLDED_MESSAGES_MAX) {
    await dropStates(page);
    folding.push(await openOnce(room));
    if (messages >= STORED_MESSAGES_MIN) await untilStates(page, 2);
    await leaveApp(page, url);
  }
  if (messages < STORED_MESSAGES_MIN) return;
  stored.push(await openOnce(room));
  // What a page does once it can be used is not to lengthen the next one's opening.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  await leaveApp(page, url);
}

/**
 * @param {Room} room its page is outside the app
 * @returns {Promise<number>} ms from the navigation's start
 */
async function openOnce({ page, roomUrl }) {
  await page.goto(roomUrl, { waitUntil: "commit" });
  const opened = await page.waitForFunction(() => /** @type {any} */ (globalThis).roomOpenedMs);
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
