/** The area `app`: what the app costs over the bare engine, in bytes, and as rooms grow. */

import {
  formatFigure,
  formatKilobytes,
  formatRange,
  formatRatio,
  markdownTable,
} from "../table.mjs";
import { startServer } from "../../support/server.mjs";
import { startBareSite } from "../site.mjs";
import { measureBytes } from "./bytes.mjs";
import { measureOpening } from "./open-room.mjs";
import { measureSpeed } from "./speed.mjs";

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
export async function measureApp(browser, rounds, tell) {
  const server = await startServer();
  try {
    tell("Bytes of a first visit");
    const bytes = await measureBytes(browser, server.url);
    const bare = await startBareSite();
    try {
      tell(`The starter in the app and bare, ${rounds} rounds each in turn`);
      const speed = await measureSpeed(browser, { app: server.url, bare: bare.url }, rounds);
      tell("Rooms of 100 and of 10,000 messages");
      const opening = await measureOpening(browser, server.url, rounds);
      return { speed, bytes, opening };
    } finally {
      await bare.stop();
    }
  } finally {
    await server.stop();
  }
}

/** @typedef {Awaited<ReturnType<typeof measureApp>>} AppResults */
/** @typedef {AppResults["speed"]["firstTokenMs"]} Compared */

/**
 * @param {AppResults} results
 * @returns {string}
 */
export function drawApp({ speed, bytes, opening }) {
  const compared = (/** @type {string} */ name, /** @type {Compared} */ sides) => [
    name,
    formatRatio(sides.ratio),
    formatRange(sides.app),
    formatRange(sides.bare),
  ];
  const { scriptUntilInteractive: script, everythingUntilFirstReply: everything } = bytes;
  const amount = (/** @type {string} */ name, /** @type {typeof script.page} */ total) => [
    name,
    String(total.files),
    formatKilobytes(total.sentBytes),
    formatKilobytes(total.decodedBytes),
  ];
  const { small, large } = opening;
  const opened = (
    /** @type {string} */ name,
    /** @type {number} */ ratio,
    /** @type {typeof small.checkpointMs} */ few,
    /** @type {typeof small.checkpointMs} */ many,
  ) => [
    name,
    formatRatio(ratio),
    few === undefined ? "none stored" : formatRange(few),
    many === undefined ? "none stored" : formatRange(many),
  ];
  return [
    markdownTable(["The starter on wasm", "app / bare", "whole app path", "bare engine"], [
      compared("tokens a second after the first", speed.pathTokensPerS),
      compared("tokens a second, as the worker counts", speed.workerTokensPerS),
      compared("first token, ms", speed.firstTokenMs),
      compared("first token, ms, as the worker counts", speed.workerFirstTokenMs),
    ]),
    `Enter to text on screen costs ${formatRange(speed.extraLatencyMs)} ms beside the prompt's ` +
    `own time. Prompts of ${formatFigure(speed.promptTokens.median)} tokens, replies of ` +
    `${formatFigure(speed.generatedTokens.median)}; same words in ${speed.sameWords} of ` +
    `${speed.rounds.length}.`,
    markdownTable(["A first visit", "files", "sent", "decoded"], [
      amount("JavaScript of the page until the room can be typed in", script.page),
      amount("JavaScript of the engine's worker, asked for by then", script.worker),
      amount("all JavaScript until the first reply", bytes.scriptUntilFirstReply),
      amount("everything until the first reply", everything),
    ]),
    markdownTable([
      "Opening a room, ms",
      `${large.messages} / ${small.messages}`,
      `${small.messages} messages`,
      `${large.messages} messages`,
    ], [
      opened("folding the whole log", opening.ratioFolding, small.foldingMs, large.foldingMs),
      opened(
        "from the checkpoint",
        opening.ratioCheckpoint,
        small.checkpointMs,
        large.checkpointMs,
      ),
    ]),
  ].join("\n\n");
}
