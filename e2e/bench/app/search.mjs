/**
 * Searching ten rooms of 10,000 messages each, without an index (decision 0044): from the question
 * to the first room that is shown and to the end, and what the page's own thread does meanwhile.
 */

import { buildSeedScript } from "../site.mjs";
import { summarize } from "../statistics.mjs";
import { watchTasks } from "./processor.mjs";
import { leaveApp, seedRoom, untilStates } from "./seeded-rooms.mjs";
import { newVisitor } from "./visit.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const ROOMS = 10;
const MESSAGES = 10_000;
const LAST_LINE = "The lantern of this room hangs by its newest line.";
const ROUNDS_MIN = 3;
/** Said in half of all messages, and in one of each room. */
const QUESTIONS = /** @type {const} */ ({ common: "south wall", rare: "lantern" });

/**
 * @typedef {object} Answer
 * @property {number} firstMs from the question to the frame with the first room
 * @property {number} allMs and with the last
 * @property {number} longestTaskMs of the page's thread, in its processor's time
 */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
export async function measureSearch(browser, url, rounds, tell) {
  const script = await buildSeedScript();
  const context = await newVisitor(browser);
  try {
    await context.addInitScript(watchSearch, ROOMS);
    const page = await context.newPage();
    await leaveApp(page, url);
    for (let index = 1; index <= ROOMS; index += 1) {
      tell(`app: making room ${index} of ${ROOMS}`);
      const room = { messages: MESSAGES, lastLine: LAST_LINE, roomId: `rm_search_${index}` };
      await seedRoom(page, script, room);
    }
    tell("app: the app reads them once");
    await page.goto(url);
    await untilStates(page, 2 * ROOMS);
    const first = [];
    const again = [];
    for (let round = 1; round <= Math.max(rounds, ROUNDS_MIN); round += 1) {
      tell(`app: searching, round ${round}`);
      await leaveApp(page, url);
      await page.goto(`${url}#/search`);
      // Opening ten rooms is not the search's.
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
      first.push(await ask(page, QUESTIONS.common));
      again.push(await ask(page, QUESTIONS.rare));
    }
    return {
      rooms: ROOMS,
      messages: MESSAGES,
      first: summarizeAll(first),
      again: summarizeAll(again),
    };
  } finally {
    await context.close();
  }
}

/**
 * @param {Page} page
 * @param {string} question
 * @returns {Promise<Answer>}
 */
async function ask(page, question) {
  const box = page.getByRole("searchbox");
  await box.fill("");
  await page.locator(".search-room").first().waitFor({ state: "detached" });
  const endTasks = await watchTasks(page);
  await box.fill(question);
  const answered = await page.waitForFunction(() => /** @type {any} */ (globalThis).answered);
  return { ...await answered.jsonValue(), longestTaskMs: Math.max(0, ...await endTasks()) };
}

/** @param {readonly Answer[]} answers */
function summarizeAll(answers) {
  const of = (/** @type {keyof Answer} */ name) => summarize(answers.map((one) => one[name]));
  return { firstMs: of("firstMs"), allMs: of("allMs"), longestTaskMs: of("longestTaskMs") };
}

/**
 * Runs in every page: notes when the rooms that hold a question's words are shown.
 *
 * @param {number} rooms
 */
function watchSearch(rooms) {
  addEventListener("input", ({ timeStamp, target }) => {
    Object.assign(globalThis, { answered: undefined });
    if (!(target instanceof HTMLInputElement) || target.value === "") return;
    let firstMs = 0;
    const look = () => {
      const shown = document.querySelectorAll(".search-room").length;
      if (shown > 0 && firstMs === 0) firstMs = performance.now() - timeStamp;
      if (shown < rooms) {
        requestAnimationFrame(look);
        return;
      }
      Object.assign(globalThis, { answered: { firstMs, allMs: performance.now() - timeStamp } });
    };
    requestAnimationFrame(look);
  }, { capture: true });
}
