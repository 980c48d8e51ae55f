/**
 * `npm run torture -- relay --rounds 50`: kill -9 and SIGSTOP against the real relay while clients
 * append, with `--people` two browsers as well. `npm run torture -- tab --rounds 50`: kill -9
 * against the browser in the middle of turns. `npm run torture -- host --rounds 20`: kill -9 of
 * a headless host and its engine. `npm run torture -- download --seeds 200`: hosts of models that
 * fail in every way. Ends with 1 when something that was promised is not so.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";
import { ROOT } from "../../edge/launch/processes.mjs";
import { buildIfStale } from "../../edge/launch/server-process.mjs";
import { bundleWorker } from "../../edge/launch/worker-bundle.mjs";
import { describeMachine } from "../bench/machine.mjs";
import { launchOptions } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { parseArguments } from "./arguments.mjs";
import { importTypeScript } from "./import-typescript.mjs";

/** @typedef {(line: string) => void} Tell */
/** @typedef {{ results: { readonly isClean: boolean }, text: string, limits?: object }} Outcome */

/**
 * @param {import("@playwright/test").Browser | undefined} browser
 * @param {import("./arguments.mjs").RelayArguments} asked
 * @param {Tell} tell
 * @returns {Promise<Outcome>}
 */
async function tortureTheRelay(browser, { store, hasPeople, kills, stops, seed }, tell) {
  /** @type {typeof import("./relay-torture.ts")} */
  const { tortureRelay, TORTURE_LIMITS } = await importTypeScript(
    join(ROOT, "e2e/torture/relay-torture.ts"),
  );
  /** @type {typeof import("./report.ts")} */
  const { drawReport } = await importTypeScript(join(ROOT, "e2e/torture/report.ts"));
  if (store === "do") await bundleWorker();
  const options = { store, kills, stops, seed, tell };
  const results = await tortureRelay(hasPeople ? browser : undefined, options);
  const text = `${drawReport(results)}\n\nRate and size limits of the relay were raised.`;
  return { results, text, limits: TORTURE_LIMITS };
}

/**
 * @param {import("./arguments.mjs").TabArguments} asked
 * @param {Tell} tell
 * @returns {Promise<Outcome>}
 */
async function tortureTheTab({ rounds, seed }, tell) {
  /** @type {typeof import("./tab/tab-torture.ts")} */
  const { tortureTab } = await importTypeScript(join(ROOT, "e2e/torture/tab/tab-torture.ts"));
  /** @type {typeof import("./tab/tab-report.ts")} */
  const { drawTabReport } = await importTypeScript(join(ROOT, "e2e/torture/tab/tab-report.ts"));
  const server = await startServer();
  try {
    const results = await tortureTab({ rounds, seed, origin: server.url, tell });
    return { results, text: drawTabReport(results) };
  } finally {
    await server.stop();
  }
}

/**
 * @param {import("./arguments.mjs").HostArguments} asked
 * @param {Tell} tell
 * @returns {Promise<Outcome>}
 */
async function tortureTheHost({ each, seed }, tell) {
  const folder = join(ROOT, "e2e/torture/host");
  /** @type {typeof import("./host/host-torture.ts")} */
  const { tortureHost } = await importTypeScript(join(folder, "host-torture.ts"));
  /** @type {typeof import("./host/host-report.ts")} */
  const { drawHostReport } = await importTypeScript(join(folder, "host-report.ts"));
  const rounds = Array.from({ length: 2 * each }, (_, index) => index + 1);
  const results = await tortureHost({ rounds, seed, model: "starter", tell });
  return { results, text: drawHostReport(results) };
}

/**
 * @param {import("@playwright/test").Browser | undefined} browser
 * @param {import("./arguments.mjs").DownloadArguments} asked
 * @param {Tell} tell
 * @returns {Promise<Outcome>}
 */
async function tortureTheDownloads(browser, { seeds }, tell) {
  /** @type {typeof import("./download/download-torture.ts")} */
  const { drawDownloadReport, tortureDownload } = await importTypeScript(
    join(ROOT, "e2e/torture/download/download-torture.ts"),
  );
  if (browser === undefined) throw new Error("Cannot download models: there is no browser");
  const results = await tortureDownload(browser, { seeds, tell });
  return { results, text: drawDownloadReport(results) };
}

/** @param {import("./arguments.mjs").TortureArguments} asked */
function commandOf(asked) {
  const { what, seed } = asked;
  if (what === "relay") {
    const people = asked.hasPeople ? " --people" : "";
    return `npm run torture -- relay --store ${asked.store}${people} --rounds ${asked.kills} ` +
      `--stops ${asked.stops} --seed ${seed}`;
  }
  if (what === "host") return `npm run torture -- host --rounds ${asked.each} --seed ${seed}`;
  if (asked.what === "download") {
    return `npm run torture -- download --seeds ${asked.seeds.length} --seed ${asked.seeds[0]}`;
  }
  const [first = 1] = asked.rounds;
  const rounds = first === 1 ? `--rounds ${asked.rounds.length}` : `--only ${first}`;
  return `npm run torture -- tab ${rounds} --seed ${seed}`;
}

/**
 * @param {import("@playwright/test").Browser | undefined} browser
 * @param {import("./arguments.mjs").TortureArguments} asked
 * @param {Tell} tell
 */
async function start(browser, asked, tell) {
  switch (asked.what) {
    case "relay":
      return await tortureTheRelay(browser, asked, tell);
    case "tab":
      return await tortureTheTab(asked, tell);
    case "host":
      return await tortureTheHost(asked, tell);
    case "download":
      return await tortureTheDownloads(browser, asked, tell);
  }
}

/** @param {import("./arguments.mjs").TortureArguments} asked */
async function torture(asked) {
  const command = commandOf(asked);
  const needsPage = asked.what === "tab" || (asked.what === "relay" && asked.hasPeople);
  if (needsPage) await buildIfStale("inherit");
  console.error(`Seed ${asked.seed}; the same again: ${command}`);
  const [at, loadBefore] = [new Date().toISOString(), loadavg()];
  const tell = (/** @type {string} */ line) => console.error(line);
  const needsBrowser = needsPage || asked.what === "download";
  const browser = needsBrowser ? await chromium.launch(launchOptions({ gpu: false })) : undefined;
  try {
    const outcome = await start(browser, asked, tell);
    const { results, text, limits } = outcome;
    const machine = describeMachine(browser, loadBefore);
    if (asked.jsonFile !== undefined) {
      mkdirSync(dirname(resolve(asked.jsonFile)), { recursive: true });
      const report = { command, at, machine, limits, results };
      writeFileSync(asked.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    }
    console.log(
      `\nMade by \`${command}\` at ${at}: ${machine.cpu}, ${machine.cores} cores, ` +
        `load ${loadBefore[0]?.toFixed(1)}` +
        `${browser === undefined ? "" : `; Chromium ${machine.chromium}`}.\n\n${text}\n\n${
          results.isClean ? "Nothing lost." : "FAILED"
        }`,
    );
    if (!results.isClean) process.exitCode = 1;
  } finally {
    await browser?.close();
  }
}

const parsed = parseArguments(process.argv.slice(2), Date.now() % 2 ** 31);
if (parsed.ok) {
  await torture(parsed.value);
} else {
  console.error(parsed.message);
  process.exitCode = 1;
}
