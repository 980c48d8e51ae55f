/** The area `relay`: what durability, order and delivery cost over a bare web socket echo. */

import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../../edge/launch/processes.mjs";
import { importTypeScript } from "../../torture/import-typescript.mjs";
import { median } from "../statistics.mjs";
import { startEcho } from "./echo-process.mjs";
import { percentile, readTicks, summarizeSide } from "./figures.mjs";

/** A person; a busy evening; a flood. Senders are sockets, each with a room of its own. */
const LEVELS = [
  { inFlight: 1, senders: 1 },
  { inFlight: 16, senders: 4 },
  { inFlight: 128, senders: 8 },
];
/** A sealed message of a few dozen words. */
const BODY_BYTES = 450;
const WARM_MS = 500;
const WINDOW_MS = 2_000;
const TICKS_PER_S = 100;
const FSYNCS = 100;

/**
 * Nobody may append as fast as this by default (5 a second); here the store is measured.
 *
 * @type {Readonly<Record<string, number>>}
 */
export const LIMITS = Object.freeze({
  appendBurst: 1_000_000,
  appendsPerS: 1_000_000,
  entriesMax: 10_000_000,
  logBytesMax: 2 ** 33,
});

/** @typedef {import("./loads.ts").Load} Load */

/**
 * @param {import("@playwright/test").Browser | undefined} _browser not needed
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
export async function measureRelay(_browser, rounds, tell) {
  /** @type {typeof import("./loads.ts")} */
  const { startRelayLoad, startEchoLoad } = await importTypeScript(
    join(ROOT, "e2e/bench/relay/loads.ts"),
  );
  /** @type {typeof import("../../torture/relay-process.ts")} */
  const { startRelay } = await importTypeScript(join(ROOT, "e2e/torture/relay-process.ts"));
  const folder = mkdtempSync(join(tmpdir(), "conclave-bench-relay-"));
  const pageFolder = join(folder, "page");
  mkdirSync(pageFolder);
  writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");
  const settings = { CONCLAVE_RELAY_LIMITS: JSON.stringify(LIMITS) };
  const relay = await startRelay({
    dataFolder: join(folder, "data"),
    pageFolder,
    port: 0,
    settings,
  });
  const echo = await startEcho();
  try {
    const fsyncMs = measureFsync(join(folder, "fsync"));
    const levels = [];
    for (const level of LEVELS) {
      tell(`${level.inFlight} in flight, relay and echo in turn, ${rounds} rounds`);
      const { senders } = level;
      const shape = { senders, inFlightEach: level.inFlight / senders, bodyBytes: BODY_BYTES };
      const pairs = [];
      for (let round = 0; round < rounds; round += 1) {
        pairs.push({
          relay: await observe(await startRelayLoad(relay.origin, shape), relay.pid),
          echo: await observe(await startEchoLoad(echo.url, shape), echo.pid),
        });
      }
      levels.push({
        ...level,
        relay: summarizeSide(pairs.map((pair) => pair.relay)),
        echo: summarizeSide(pairs.map((pair) => pair.echo)),
        // Of neighbours in time: a load that comes and goes disturbs it less.
        ratioPerS: median(pairs.map((pair) => pair.relay.perS / pair.echo.perS)),
        ratioP50: median(pairs.map((pair) => pair.relay.p50Ms / pair.echo.p50Ms)),
      });
    }
    return { levels, fsyncMs, limits: LIMITS, bodyBytes: BODY_BYTES, windowMs: WINDOW_MS };
  } finally {
    relay.signal("SIGKILL");
    await Promise.all([relay.ended, echo.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Load} load
 * @param {number} pid of the server
 * @returns {Promise<import("./figures.mjs").Sample>}
 */
async function observe(load, pid) {
  await sleep(WARM_MS);
  load.take();
  const [startMs, ticks, own] = [performance.now(), ticksOf(pid), process.cpuUsage()];
  await sleep(WINDOW_MS);
  const { done, latenciesMs } = load.take();
  const seconds = (performance.now() - startMs) / 1000;
  const used = process.cpuUsage(own);
  const serverCores = (ticksOf(pid) - ticks) / TICKS_PER_S / seconds;
  await load.stop();
  return {
    perS: done / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    messages: done,
    serverCores,
    clientCores: (used.user + used.system) / 1e6 / seconds,
  };
}

/** @param {number} pid NaN where the system does not tell */
function ticksOf(pid) {
  try {
    return readTicks(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return NaN; // Not Linux.
    throw error;
  }
}

/** What durability costs at least here: 4 KiB written and on the disk. Median, ms. */
function measureFsync(/** @type {string} */ path) {
  const file = openSync(path, "w");
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: FSYNCS }, () => {
    const startMs = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    return performance.now() - startMs;
  });
  closeSync(file);
  return median(times);
}

/** @typedef {Awaited<ReturnType<typeof measureRelay>>} RelayResults */
