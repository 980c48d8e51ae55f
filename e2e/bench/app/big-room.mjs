/**
 * Typing in a room of 10,000 messages while its four personas stream: what a key waits for, the
 * frames that are lost, what the page holds, and whether anything moves.
 *
 * The personas run on an OpenAI-compatible server of the bench, so that nothing but the app is on
 * the page's own thread and no engine's arithmetic is measured.
 */

import { buildSeedScript } from "../site.mjs";
import { percentile } from "../statistics.mjs";
import { watchTasks } from "./processor.mjs";
import { addressOf, leaveApp, seedRoom } from "./seeded-rooms.mjs";
import { startTalkServer, STREAMED } from "./talk-server.mjs";
import { messageBox, newVisitor } from "./visit.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const MESSAGES = 10_000;
const LAST_LINE = "This is the newest line of the big room, and here it ends.";
const PERSONAS = 4;
const WORDS_PER_S = 20;
/** Watched before anything is typed, so that what moves then moves by the streams alone. */
const STILL_FRAMES = 300;
const TYPED = "Typing while the others talk, as one does, and as long as they go on talking. ";
const KEY_MS = 60;
/** A frame that came later than this after the one before was preceded by a lost one. */
const FRAME_MS_MAX = 25;

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 */
export async function measureBigRoom(browser, url) {
  const server = await startTalkServer({ wordsPerS: WORDS_PER_S });
  const context = await newVisitor(browser);
  try {
    const page = await context.newPage();
    await leaveApp(page, url);
    const room = { messages: MESSAGES, lastLine: LAST_LINE, castSize: PERSONAS };
    const { roomId } = await seedRoom(page, await buildSeedScript(), room);
    await useServer(page, url, server.baseUrl);
    await page.goto(addressOf(url, roomId));
    await page.getByRole("log").getByText(LAST_LINE).waitFor();
    await messageBox(page).fill("What do you all think of a long walk in the rain?");
    await messageBox(page).press("Enter");
    await page.locator("article[data-persona] .text").filter({ hasText: STREAMED })
      .nth(PERSONAS - 1).waitFor();
    return {
      messages: MESSAGES,
      personas: PERSONAS,
      wordsPerS: WORDS_PER_S,
      ...await watchStreaming(page, server.open),
      ...await readPage(page),
    };
  } finally {
    await context.close();
    await server.stop();
  }
}

/**
 * @param {Page} page
 * @param {() => number} openStreams
 */
async function watchStreaming(page, openStreams) {
  await page.evaluate(watchTyping, FRAME_MS_MAX);
  await page.waitForFunction(
    (frames) => /** @type {any} */ (globalThis).typing.frames >= frames,
    STILL_FRAMES,
  );
  const { shift, shifted } = await page.evaluate(readTyping);
  const endTasks = await watchTasks(page);
  const startedMs = performance.now();
  await messageBox(page).pressSequentially(TYPED.repeat(2), { delay: KEY_MS });
  const seconds = (performance.now() - startedMs) / 1_000;
  const streams = openStreams();
  if (streams !== PERSONAS) throw new Error(`Not all streamed while typing, but ${streams}`);
  const taskMs = await endTasks();
  return {
    ...summarizeTyping(await page.evaluate(readTyping)),
    stillFrames: STILL_FRAMES,
    shift,
    shifted,
    longestTaskMs: Math.max(0, ...taskMs),
    processorMsPerS: taskMs.reduce((sum, ms) => sum + ms, 0) / seconds,
  };
}

/**
 * As a person adds a server: by the form of the models screen.
 *
 * @param {Page} page
 * @param {string} url
 * @param {string} baseUrl
 */
async function useServer(page, url, baseUrl) {
  await page.goto(`${url}#/models`);
  const panel = page.getByRole("region", { name: "Model servers" });
  await panel.getByRole("button", { name: "Add a server" }).click();
  await panel.getByLabel("What is it?").selectOption("vLLM");
  await panel.getByLabel("Address").fill(baseUrl);
  await panel.getByLabel(/^Replies at a time/).fill(String(PERSONAS));
  await panel.getByRole("button", { name: "Look for its models" }).click();
  await panel.getByLabel(/^Context in tokens/).fill("16000");
  await panel.getByRole("button", { name: "Add these models" }).click();
  await panel.getByRole("button", { name: "Use talker" }).click();
  await panel.getByText("talker: In use").waitFor();
}

/**
 * @typedef {object} Typing
 * @property {number[]} keyDelayMs from the key to the page's first code for it (Event Timing)
 * @property {number[]} keyToPaintMs from the key to behind the frame that shows it
 * @property {number} frames
 * @property {number} framesLate
 * @property {number} shift sum of the LayoutShift entries
 * @property {string[]} shifted what moved, from where to where
 */

/**
 * Runs in the page.
 *
 * @param {number} frameMsMax
 */
function watchTyping(frameMsMax) {
  /** @type {Typing} */
  const typing = {
    keyDelayMs: [],
    keyToPaintMs: [],
    frames: 0,
    framesLate: 0,
    shift: 0,
    shifted: [],
  };
  Object.assign(globalThis, { typing });
  addEventListener("keydown", ({ timeStamp }) => {
    typing.keyDelayMs.push(performance.now() - timeStamp);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => typing.keyToPaintMs.push(performance.now() - timeStamp);
      port2.postMessage(undefined);
    });
  }, { capture: true });
  let lastMs = performance.now();
  const onFrame = (/** @type {number} */ frameMs) => {
    typing.frames += 1;
    if (frameMs - lastMs > frameMsMax) typing.framesLate += 1;
    lastMs = frameMs;
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      typing.shift += entry.value;
      for (const { node, previousRect, currentRect } of entry.sources ?? []) {
        const name = `${node?.nodeName ?? "gone"} ${node?.className ?? ""}`.trim();
        typing.shifted.push(`${name} ${previousRect.y} ${currentRect.y}`);
      }
    }
  }).observe({ type: "layout-shift" });
}

/** @returns {Typing} */
function readTyping() {
  return /** @type {any} */ (globalThis).typing;
}

/** @param {Typing} typing */
function summarizeTyping({ keyDelayMs, keyToPaintMs, frames, framesLate }) {
  return {
    keys: keyDelayMs.length,
    keyDelayMsP95: percentile(keyDelayMs, 95),
    keyToPaintMsP95: percentile(keyToPaintMs, 95),
    frames,
    framesLate,
  };
}

/** @param {Page} page */
async function readPage(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  const { nodes } = await session.send("Memory.getDOMCounters");
  return { heapBytes: usedSize, elements, nodes };
}
