/** The area `hosting`: how soon a persona comes back, and what hosting her costs a turn. */

import { join } from "node:path";
import { ROOT } from "../../../edge/launch/processes.mjs";
import { startServer } from "../../support/server.mjs";
import { importTypeScript } from "../../torture/import-typescript.mjs";
import { median } from "../statistics.mjs";
import { medianInterval, spreadOf, spreadsOf } from "./figures.mjs";

/** An engine that takes no time, and one of a small model's pace. */
const SHAPES = [{ tokens: 20, tokenMs: 0 }, { tokens: 20, tokenMs: 5 }];
const TURNS_PER_ROUND = 5;
/** Pairs of hosts, each in a room of its own, that are lost and taken over side by side. */
const PAIRS = 3;

/** @typedef {Awaited<ReturnType<typeof measureHosting>>} HostingResults */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {number} rounds crashes of each kind, losses of each kind
 * @param {(line: string) => void} tell
 */
export async function measureHosting(browser, rounds, tell) {
  const service = await measureService(rounds, tell);
  const takeover = await measureTakeover(rounds, tell);
  const process = await measureProcess(rounds, tell);
  const worker = await measureWorker(browser, rounds, tell);
  return { service, worker, process, takeover };
}

/**
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
async function measureService(rounds, tell) {
  /** @type {typeof import("./service-turn.ts")} */
  const { measureServiceTurns } = await importTypeScript(pathOf("service-turn.ts"));
  const rows = [];
  for (const shape of SHAPES) {
    tell(`hosting: turns of a peer and of the engine alone, ${shape.tokenMs} ms a token`);
    const pairs = await measureServiceTurns(rounds * TURNS_PER_ROUND, shape);
    const ratios = pairs.map(({ serviceMs, bareMs }) => serviceMs / bareMs);
    const added = pairs.map(({ serviceMs, bareMs }) => serviceMs - bareMs);
    rows.push({
      ...shape,
      ...spreadsOf(pairs, /** @type {const} */ (["serviceMs", "bareMs"])),
      addedMs: { ...spreadOf(added), ...medianInterval(added) },
      ratio: { median: median(ratios), ...medianInterval(ratios) },
    });
  }
  return rows;
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
async function measureWorker(browser, rounds, tell) {
  /** @type {typeof import("./worker-crash.ts")} */
  const { measureWorkerCrashes } = await importTypeScript(pathOf("worker-crash.ts"));
  const server = await startServer();
  try {
    const { times, missed } = await measureWorkerCrashes(browser, server.url, rounds, tell);
    return { missed, ...spreadsOf(times, ["seenMs", "wordsMs", "totalMs"]) };
  } finally {
    await server.stop();
  }
}

/**
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
async function measureProcess(rounds, tell) {
  /** @type {typeof import("./process-crash.ts")} */
  const { measureProcessCrashes } = await importTypeScript(pathOf("process-crash.ts"));
  const times = await measureProcessCrashes(rounds, tell);
  return spreadsOf(times, ["backoffMs", "loadMs", "wordsMs", "totalMs"]);
}

/**
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
async function measureTakeover(rounds, tell) {
  /** @type {typeof import("./takeover.ts")} */
  const { measureTakeovers } = await importTypeScript(pathOf("takeover.ts"));
  const shares = Array.from(
    { length: Math.min(PAIRS, rounds) },
    (_, index) => Math.floor((rounds + index) / Math.min(PAIRS, rounds)),
  );
  const pairs = await Promise.all(shares.map((losses) => measureTakeovers(losses, tell)));
  const times = pairs.flatMap((pair) => pair.times);
  const keys = /** @type {const} */ (["leftMs", "takenMs", "answeredMs", "totalMs"]);
  const of = (/** @type {import("./takeover.ts").Loss} */ loss) =>
    spreadsOf(times.filter((time) => time.loss === loss), keys);
  return {
    pairs: shares.length,
    killed: of("killed"),
    stopped: of("stopped"),
    loadMs: spreadOf(pairs.flatMap(({ loadMs }) => loadMs)),
  };
}

/** @param {string} name */
function pathOf(name) {
  return join(ROOT, "e2e/bench/hosting", name);
}
