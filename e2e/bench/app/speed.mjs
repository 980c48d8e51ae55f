/**
 * The starter through the whole app path against the bare engine, in turns.
 *
 * A round: a new room in a page that stays open, a message typed; then the bare engine says the
 * first reply again, from the same prompt, seed and number of tokens. Both models are warm and both
 * read the prompt from nothing: the first reply of a new room has no cached beginning.
 */

import { compare, summarize } from "../statistics.mjs";
import { messageBox, newVisitor, readEntries, startRoom, untilSettled } from "./visit.mjs";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("../page/bare-page.ts").BareReply} BareReply */
/** @typedef {import("../page/bare-page.ts").BareFace} BareFace */
/** @typedef {import("../page/app-request.ts").Settlement} Settlement */

/** Different each round, so that nothing of an earlier round's cache fits. */
const QUESTIONS = [
  "Hello! What should I plant by the south wall?",
  "Do you like rain in the early morning?",
  "Can you tell me about the old lantern in the shed?",
  "What do you do when the house is loud?",
  "Which flower smells best in the evening?",
  "How do I make a small garden in a big city?",
];

/** Fewer tokens time the clock, not the engine: such a reply is left out and asked anew. */
const TOKENS_MIN = 8;
/** Replies left out before something must be wrong. */
const REFUSED_MAX = 20;

/**
 * @typedef {object} SpeedRound
 * @property {string} question
 * @property {{ usage: NonNullable<Settlement["usage"]>, times: NonNullable<Settlement["times"]>,
 *   text: string, enterToTextMs: number }} app
 * @property {BareReply} bare
 */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {{ app: string, bare: string }} urls
 * @param {number} rounds
 */
export async function measureSpeed(browser, urls, rounds) {
  const appContext = await newVisitor(browser);
  const bareContext = await newVisitor(browser);
  try {
    await appContext.addInitScript(watchFirstText);
    const app = await appContext.newPage();
    const bare = await bareContext.newPage();
    await app.goto(urls.app);
    await bare.goto(urls.bare);
    await bare.evaluate(() => {
      const { bareBench } =
        /** @type {{ bareBench: BareFace }} */ (/** @type {any} */ (globalThis));
      return bareBench.open();
    });
    /** @type {SpeedRound[]} */
    const kept = [];
    // The first good round warms both sides and is not counted.
    for (let asked = 0; kept.length < rounds + 1; asked += 1) {
      if (asked > rounds + REFUSED_MAX) throw new Error("The starter gives no reply to measure");
      const round = await playRound(app, bare, questionOf(asked));
      if (round !== undefined) kept.push(round);
    }
    return summarizeSpeed(kept.slice(1));
  } finally {
    await appContext.close();
    await bareContext.close();
  }
}

/** @param {number} asked */
function questionOf(asked) {
  const lap = Math.floor(asked / QUESTIONS.length);
  const question = QUESTIONS[asked % QUESTIONS.length] ?? "";
  return lap === 0 ? question : `${question} I ask for time number ${lap + 1}.`;
}

/**
 * @param {Page} app
 * @param {Page} bare
 * @param {string} question
 * @returns {Promise<SpeedRound | undefined>} undefined when the reply is too short to time
 */
async function playRound(app, bare, question) {
  await app.bringToFront();
  await app.evaluate(() => {
    location.hash = "#/";
  });
  const roomId = await startRoom(app);
  await messageBox(app).pressSequentially(question);
  // A person looks before Enter: what the new room and the typing left to do is not the reply's.
  await app.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  await messageBox(app).press("Enter");
  await untilSettled(app, 2);
  const screen = await app.evaluate(() => /** @type {any} */ (globalThis).firstText);
  const entries = (await readEntries(app)).filter((entry) => entry.roomId === roomId);
  const settled = entries.map(({ body }) => /** @type {Settlement} */ (body))
    .find(({ kind, persona }) => kind === "settle" && persona === screen.persona);
  if (settled?.outcome.kind !== "replied") return undefined;
  const { usage, times, lane, outcome } = settled;
  if (usage === undefined || times === undefined) throw new Error("A reply without figures");
  if (lane !== "cpu") throw new Error(`The app ran on "${lane}", the bare engine runs on wasm`);
  if (usage.cachedTokens > 0) {
    throw new Error("The prompt's beginning was cached: no fresh prefill");
  }
  if (usage.generatedTokens < TOKENS_MIN) return undefined;
  await bare.bringToFront();
  const reply = await bare.evaluate(
    ([rows, room, settlement]) => {
      const { bareBench } =
        /** @type {{ bareBench: BareFace }} */ (/** @type {any} */ (globalThis));
      return bareBench.replay(rows, room, settlement);
    },
    /** @type {const} */ ([entries, roomId, settled]),
  );
  if (reply.promptTokens !== usage.promptTokens) {
    throw new Error(`The prompts differ: ${usage.promptTokens} and ${reply.promptTokens} tokens`);
  }
  const enterToTextMs = screen.textMs - screen.enterMs;
  return { question, app: { usage, times, text: outcome.text, enterToTextMs }, bare: reply };
}

/** Runs in every page of the app: when Enter was pressed, and in which frame text first stood. */
function watchFirstText() {
  const shown = "article[data-persona] .text:not(.thinking)";
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const result = { enterMs: event.timeStamp, textMs: NaN, persona: "" };
    Object.assign(globalThis, { firstText: result });
    const observer = new MutationObserver(() => {
      const text = document.querySelector(shown);
      if (text === null || text.textContent === "") return;
      observer.disconnect();
      const article = /** @type {HTMLElement} */ (text.closest("article"));
      result.persona = article.dataset["persona"] ?? "";
      // The next frame is the first that a person can see it in.
      requestAnimationFrame((frameMs) => {
        result.textMs = Math.max(frameMs, performance.now());
      });
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  }, { capture: true });
}

/** @param {readonly SpeedRound[]} rounds */
function summarizeSpeed(rounds) {
  const sides = (
    /** @type {(round: SpeedRound) => number} */ app,
    /** @type {(round: SpeedRound) => number} */ bare,
  ) => compare(rounds.map(app), rounds.map(bare));
  return {
    lane: "wasm",
    /** After the first token, as the page sees both: the reply's pace for a person. */
    pathTokensPerS: sides(
      ({ app: { usage, times } }) =>
        rate(usage.generatedTokens - 1, times.finishedMs - times.firstTextMs),
      ({ bare }) => rate(bare.generatedTokens - 1, bare.restMs),
    ),
    /** As each worker counts its own decoding. */
    workerTokensPerS: sides(
      ({ app }) => rate(app.usage.generatedTokens, app.usage.decodeMs),
      ({ bare }) => rate(bare.generatedTokens, bare.decodeMs),
    ),
    /** From Enter to text on the screen; from the page's request to its first message. */
    firstTokenMs: sides(({ app }) => app.enterToTextMs, ({ bare }) => bare.firstTokenMs),
    /** As each worker counts its own reading of the prompt. */
    workerFirstTokenMs: sides(({ app }) => app.usage.prefillMs, ({ bare }) => bare.prefillMs),
    extraLatencyMs: summarize(rounds.map(({ app }) => app.enterToTextMs - app.usage.prefillMs)),
    promptTokens: summarize(rounds.map(({ app }) => app.usage.promptTokens)),
    generatedTokens: summarize(rounds.map(({ app }) => app.usage.generatedTokens)),
    /** The proof that both were asked the same. Rounding may part them: the app reads in pieces. */
    sameWords: rounds.filter(({ app, bare }) => bare.text.includes(app.text)).length,
    rounds,
  };
}

/**
 * @param {number} tokens
 * @param {number} ms
 */
function rate(tokens, ms) {
  return (tokens * 1000) / ms;
}
