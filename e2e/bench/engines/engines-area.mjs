/** The area `engines`: what our path adds to an engine, and what is not computed twice. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import process from "node:process";
import { chromium } from "@playwright/test";
import { ROOT } from "../../../edge/launch/processes.mjs";
import { launchOptions } from "../../support/browser.mjs";
import { importTypeScript } from "../../torture/import-typescript.mjs";
import { measureAppMemory } from "./app-memory.mjs";
import { comparePaths, shareOf } from "./figures.mjs";
import { measureMemory, memoryFigures } from "./memory.mjs";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./page/engines-page.ts").EnginesFace} EnginesFace */
/** @typedef {import("./page/engines-page.ts").WayName} WayName */
/** @typedef {import("./page/ways.ts").Timed} Timed */
/** @typedef {import("./page/ways.ts").ModelPlace} ModelPlace */
/** @typedef {import("../../../shared/inference/engine.ts").GenerateRequest} GenerateRequest */
/** @typedef {Awaited<ReturnType<typeof measureEngines>>} EnginesResults */

const PAIRS_PER_ROUND = 6;
const WEB_LLM_TOKENS = 32;
const MEMORY_CYCLES = 10;
/** Twelve prompts of about 2,000 of the starter's tokens. */
const WLLAMA_CONTEXT_TOKENS = 4_096;
const MODEL_ID = "Qwen2.5-0.5B-Instruct-q4f32_1-MLC";
/** The library is called so by web-llm 0.2.79. */
const LIBRARY_NAME = "Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k-webgpu.wasm";

/**
 * @param {import("@playwright/test").Browser} browserPlain for the app; else one with a GPU is used
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
export async function measureEngines(browserPlain, rounds, tell) {
  const real = realWebLlm();
  const skipped = real === undefined
    ? ["web-llm itself: CONCLAVE_WEBLLM_LIB, _MODEL and _PACKAGE are not all set"]
    : [];
  /** @type {typeof import("../../browser/engine-site.ts")} */
  const { openEngineSite } = await importTypeScript(pathOf("../../browser/engine-site.ts"));
  tell("engines: building the page");
  const site = await openEngineSite(real?.folder, pathOf("page"));
  const browser = await chromium.launch(launchOptions({ gpu: true }));
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction("globalThis.enginesBench !== undefined");
    const wllama = await routeBrought(page);
    const cycled = {
      starter: await measureCycles(page, "starter", undefined, tell),
      wllama: await measureCycles(page, "wllama", wllama, tell),
    };
    const starter = await measureStarter(page, rounds, tell);
    const slots = await countPinnedSlots(page, wllama, tell);
    const ruled = await countByRule();
    const webLlm = real === undefined ? undefined : await measureWebLlm(page, real, rounds, tell);
    tell(`engines: memory over ${MEMORY_CYCLES} stops and starts in the app`);
    const app = memoryFigures(await measureAppMemory(browserPlain, MEMORY_CYCLES));
    const memory = { ...cycled, app };
    const talk = webLlm === undefined ? [ruled] : [webLlm.talk, ruled];
    const paths = { ...starter.paths, ...webLlm?.paths };
    const first = /** @type {import("./figures.mjs").Compared} */ (
      webLlm?.paths["web-llm's own worker"] ?? starter.paths["transformers.js"]
    );
    return {
      prefillTokensRatioSharedScript: /** @type {typeof ruled} */ (talk[0]).ratio,
      prefillTimeRatioFork: starter.fork.ratio,
      prefillTokensRatioPinnedSlots: slots.ratio,
      addedTimeRatioMedian: first.addedTimeRatioMedian,
      addedFirstTokenMsMedian: first.addedFirstTokenMsMedian,
      memoryGrowthRatio: Math.max(...Object.values(memory).map((one) => one.growthRatio)),
      ...{ paths, talk, slots, fork: starter.fork, memory, skipped },
    };
  } finally {
    await browser.close();
    await site.close();
  }
}

/**
 * @param {Page} page
 * @param {"starter" | "wllama"} way
 * @param {ModelPlace | undefined} place
 * @param {(line: string) => void} tell
 */
async function measureCycles(page, way, place, tell) {
  /** @type {typeof import("./starter-requests.ts")} */
  const { aloneRequest } = await importTypeScript(pathOf("starter-requests.ts"));
  tell(`engines: memory over ${MEMORY_CYCLES} loads, ${way}`);
  const request = way === "starter" ? aloneRequest(0) : chatRequest(0);
  return memoryFigures(
    await measureMemory(page, MEMORY_CYCLES, {
      async load() {
        await open(page, way, place);
        await ask(page, way, request, 0);
      },
      unload: () => close(page, [way]),
    }),
  );
}

/**
 * @param {Page} page
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
async function measureStarter(page, rounds, tell) {
  /** @type {typeof import("./starter-requests.ts")} */
  const { aloneRequest, forkRequests } = await importTypeScript(pathOf("starter-requests.ts"));
  await open(page, "starter");
  await open(page, "starter-bare");
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    tell(`engines: the starter, round ${round + 1} of ${rounds}`);
    for (let at = 0; at < PAIRS_PER_ROUND; at += 1) {
      const request = aloneRequest(round * PAIRS_PER_ROUND + at);
      // How long the reply is decides the reply itself; the first asking also warms both.
      const { tokens } = await ask(page, "starter", request, 0);
      await ask(page, "starter-bare", request, tokens);
      pairs.push(await askBoth(page, ["starter", "starter-bare"], request, tokens, at % 2 === 0));
      const { cachedTokens = 0 } = pairs.at(-1)?.ours ?? {};
      if (cachedTokens > 0) throw new Error("Cannot compare: a part of the prompt was in a cache");
    }
  }
  const prefill = { forked: /** @type {number[]} */ ([]), naive: /** @type {number[]} */ ([]) };
  let sameTexts = 0;
  for (let round = 0; round < rounds; round += 1) {
    tell(`engines: forks of the starter, round ${round + 1} of ${rounds}`);
    for (const request of forkRequests(round)) {
      const forked = await ask(page, "starter", request, 0);
      const naive = await ask(page, "starter-bare", request, forked.tokens);
      prefill.forked.push(forked.prefillMs);
      prefill.naive.push(naive.prefillMs);
      if (naive.text.startsWith(forked.text) && naive.promptTokens === forked.promptTokens) {
        sameTexts += 1;
      }
    }
  }
  await close(page, ["starter", "starter-bare"]);
  const fork = {
    ...shareOf(prefill.forked, prefill.naive),
    ...{ sameTexts, pairs: prefill.naive.length },
  };
  return { paths: { "transformers.js": comparePaths(pairs) }, fork };
}

/**
 * @param {Page} page
 * @param {RealWebLlm} real
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
async function measureWebLlm(page, real, rounds, tell) {
  /** @type {typeof import("../../browser/fake-model-host.ts")} */
  const { openFakeHost } = await importTypeScript(pathOf("../../browser/fake-model-host.ts"));
  /** @type {typeof import("../../../web/models/web-llm-models.ts")} */
  const { webLlmModels } = await importTypeScript(join(ROOT, "web/models/web-llm-models.ts"));
  const profile = webLlmModels.find(({ id }) => id === MODEL_ID);
  if (profile === undefined) throw new Error(`Cannot find ${MODEL_ID}`);
  const host = await openFakeHost();
  host.folder = real.model;
  host.files = { [LIBRARY_NAME]: readFileSync(real.library) };
  const modelHost = { weights: host.url, libraries: host.url };
  const place = { profile, settings: { modelHost, force: undefined } };
  try {
    tell("engines: web-llm over one script");
    const talk = await countByEngine(page, place);
    /** @type {Record<string, import("./figures.mjs").Compared>} */
    const paths = {};
    /** @type {readonly (readonly [string, WayName])[]} */
    const others = [
      ["web-llm's own worker", "web-llm-worker"],
      ["web-llm in the page", "web-llm-page"],
    ];
    await open(page, "web-llm", place);
    for (const [title, bare] of others) {
      await open(page, bare, place);
      const pairs = [];
      for (let at = -1; at < rounds * PAIRS_PER_ROUND; at += 1) {
        if (at % PAIRS_PER_ROUND === 0) tell(`engines: ${title}, pair ${at}`);
        const request = chatRequest(at);
        const ways = /** @type {const} */ (["web-llm", bare]);
        const pair = await askBoth(page, ways, request, WEB_LLM_TOKENS, at % 2 === 0);
        if (at >= 0) pairs.push(pair); // The first warms both.
      }
      paths[title] = comparePaths(pairs);
      await close(page, [bare]);
    }
    return { paths, talk };
  } finally {
    await host.close();
  }
}

/**
 * @param {Page} page
 * @param {ModelPlace} place
 */
async function countByEngine(page, place) {
  /** @type {typeof import("./talk.ts")} */
  const { runTalk } = await importTypeScript(pathOf("talk.ts"));
  await open(page, "web-llm-observed", place);
  const asked = (/** @type {GenerateRequest} */ request) =>
    ask(page, "web-llm-observed", request, 0);
  const { shared, naive } = await runTalk({ shared: asked, naive: asked });
  await close(page, ["web-llm-observed"]);
  return { by: "web-llm 0.2.79 itself, null GPU", ...shareOf(shared, naive), shared, naive };
}

/**
 * Answers the page's request for a generated GGUF model that llama.cpp reads.
 *
 * @param {Page} page
 * @returns {Promise<ModelPlace>}
 */
async function routeBrought(page) {
  /** @type {typeof import("../../support/gguf/starter-gguf.ts")} */
  const gguf = await importTypeScript(join(ROOT, "e2e/support/gguf/starter-gguf.ts"));
  /** @type {typeof import("../../../shared/inference/starter-profile.ts")} */
  const { starterProfile } = await importTypeScript(
    join(ROOT, "shared/inference/starter-profile.ts"),
  );
  const contextTokens = WLLAMA_CONTEXT_TOKENS;
  const model = gguf.makeStarterGguf({ chatTemplate: gguf.SCRIPT_TEMPLATE, contextTokens });
  await page.route("**/brought/**", (route) => route.fulfill({ body: Buffer.from(model) }));
  const profile = {
    ...starterProfile,
    ...{ id: "brought-starter", engine: /** @type {const} */ ("wllama"), embedded: false },
    ...{ promptFormat: /** @type {const} */ ("chat"), contextTokens, contextBytes: 2 ** 20 },
    files: [{ path: "starter.gguf", url: "", bytes: undefined, sha256: undefined }],
  };
  const modelHost = { weights: "", libraries: "" };
  return { profile, settings: { modelHost, force: undefined } };
}

/**
 * Prompts of each persona's own, each in the slot that she is pinned to.
 *
 * @param {Page} page
 * @param {ModelPlace} place
 * @param {(line: string) => void} tell
 */
async function countPinnedSlots(page, place, tell) {
  /** @type {typeof import("./talk.ts")} */
  const { createRule, runTalk } = await importTypeScript(pathOf("talk.ts"));
  tell("engines: pinned slots of wllama");
  await open(page, "wllama", place);
  /** @type {number[]} */
  const whole = [];
  const { naive: pinned } = await runTalk({
    shared: createRule(),
    async naive(request) {
      // What she would say is known; one token shows what was read for it.
      const answer = await ask(page, "wllama", { ...request, tokensMax: 1 }, 0);
      whole.push(answer.promptTokens);
      return answer;
    },
  });
  await close(page, ["wllama"]);
  return { ...shareOf(pinned, whole), pinned, naive: whole };
}

async function countByRule() {
  /** @type {typeof import("./talk.ts")} */
  const { createRule, runTalk } = await importTypeScript(pathOf("talk.ts"));
  const { shared, naive } = await runTalk({ shared: createRule(), naive: createRule() });
  return { by: "its rule, four bytes a token", ...shareOf(shared, naive), shared, naive };
}

/** @param {number} at @returns {GenerateRequest} */
function chatRequest(at) {
  return {
    requestId: `rq_${at}`,
    persona: "ps",
    segments: [{
      key: `${at}`,
      role: "user",
      text: `what do you make of it on day ${at}? `.repeat(4),
    }],
    continueText: "",
    stop: [],
    seed: at + 7,
    temperature: 1,
    topP: 1,
    tokensMax: WEB_LLM_TOKENS,
  };
}

/**
 * One after the other, in an order that changes: never at the same time.
 *
 * @param {Page} page
 * @param {readonly [ours: WayName, bare: WayName]} ways
 * @param {GenerateRequest} request
 * @param {number} tokens
 * @param {boolean} isOursFirst
 */
async function askBoth(page, [ours, bare], request, tokens, isOursFirst) {
  if (isOursFirst) {
    const first = await ask(page, ours, request, tokens);
    return { ours: first, bare: await ask(page, bare, request, tokens) };
  }
  const first = await ask(page, bare, request, tokens);
  return { ours: await ask(page, ours, request, tokens), bare: first };
}

/**
 * @param {Page} page
 * @param {WayName} name
 * @param {ModelPlace} [place]
 */
function open(page, name, place) {
  return page.evaluate(([way, at]) => {
    const { enginesBench } =
      /** @type {{ enginesBench: EnginesFace }} */ (/** @type {any} */ (globalThis));
    return enginesBench.open(way, at);
  }, /** @type {const} */ ([name, place]));
}

/**
 * @param {Page} page
 * @param {WayName} name
 * @param {GenerateRequest} request
 * @param {number} tokens
 * @returns {Promise<Timed>}
 */
function ask(page, name, request, tokens) {
  return page.evaluate(([way, asked, count]) => {
    const { enginesBench } =
      /** @type {{ enginesBench: EnginesFace }} */ (/** @type {any} */ (globalThis));
    return enginesBench.ask(way, asked, count);
  }, /** @type {const} */ ([name, request, tokens]));
}

/**
 * @param {Page} page
 * @param {readonly WayName[]} names
 */
async function close(page, names) {
  for (const name of names) {
    await page.evaluate((way) => {
      const { enginesBench } =
        /** @type {{ enginesBench: EnginesFace }} */ (/** @type {any} */ (globalThis));
      return enginesBench.close(way);
    }, name);
  }
}

/** @typedef {{ library: string, model: string, folder: string }} RealWebLlm */

/** What e2e/browser/engine-web-llm-real.spec.ts needs, where it is at hand. */
function realWebLlm() {
  const { CONCLAVE_WEBLLM_LIB: library = "", CONCLAVE_WEBLLM_MODEL: model = "" } = process.env;
  const folder = process.env["CONCLAVE_WEBLLM_PACKAGE"] ?? "";
  return [library, model, folder].every((path) => path !== "" && existsSync(path))
    ? { library, model, folder }
    : undefined;
}

/** @param {string} name */
function pathOf(name) {
  return join(ROOT, "e2e/bench/engines", name);
}
