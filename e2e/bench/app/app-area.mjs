/** The area `app`: what the app costs over the bare engine, in bytes, and as rooms grow. */

import { startServer } from "../../support/server.mjs";
import { startBareSite } from "../site.mjs";
import { measureBigRoom } from "./big-room.mjs";
import { measureBytes } from "./bytes.mjs";
import { judgeApp } from "./goals.mjs";
import { measureOpening } from "./open-room.mjs";
import { measureSearch } from "./search.mjs";
import { measureSpeed } from "./speed.mjs";

/** @typedef {import("@playwright/test").Browser} Browser */
/** @typedef {(line: string) => void} Tell */

/** Each in a browser profile of its own, which goes with it. */
const MEASURES = {
  "bytes": measureBytes,
  "speed": measureSpeedOfBoth,
  "open-room": measureOpening,
  "big-room": measureBigRoom,
  "search": measureSearch,
};

/** @typedef {typeof MEASURES} Measures */
/** @typedef {{ [P in keyof Measures]?: Awaited<ReturnType<Measures[P]>> }} AppFigures */

export const APP_PARTS = Object.keys(MEASURES);

/**
 * @param {Browser} browser
 * @param {number} rounds
 * @param {Tell} tell
 * @param {readonly string[]} parts
 */
export async function measureApp(browser, rounds, tell, parts) {
  const server = await startServer();
  try {
    /** @type {Record<string, unknown>} */
    const measured = {};
    for (const [part, measure] of Object.entries(MEASURES)) {
      if (!parts.includes(part)) continue;
      tell(`app: ${part}`);
      measured[part] = await measure(browser, server.url, rounds, tell);
    }
    const figures = /** @type {AppFigures} */ (measured);
    return { goals: judgeApp(figures), ...figures };
  } finally {
    await server.stop();
  }
}

/** @typedef {Awaited<ReturnType<typeof measureApp>>} AppResults */

/**
 * @param {Browser} browser
 * @param {string} url
 * @param {number} rounds
 */
async function measureSpeedOfBoth(browser, url, rounds) {
  const bare = await startBareSite();
  try {
    return await measureSpeed(browser, { app: url, bare: bare.url }, rounds);
  } finally {
    await bare.stop();
  }
}
