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
import { measureBigRoom } from "./big-room.mjs";
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
      tell("Rooms of 100, of 10,000 and of 100,000 messages");
      const opening = await measureOpening(browser, server.url, rounds);
      tell("Typing in a room of 10,000 messages while four personas stream");
      const bigRoom = await measureBigRoom(browser, server.url);
      return { speed, bytes, opening, bigRoom };
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
export function drawApp({ speed, bytes, opening, bigRoom }) {
  const compared = (/** @type {string} */ name, /** @type {Compared} */ sides) => [
    name,
    formatRatio(sides.ratio),
    formatRange(sides.app),
    formatRange(sides.bare),
  ];
  const { scriptUntilInteractive: until, everythingUntilFirstReply: everything } = bytes;
  const amount = (/** @type {string} */ name, /** @type {typeof until.first.page} */ total) => [
    name,
    String(total.files),
    total.gzipBytes === 0 ? "" : formatKilobytes(total.gzipBytes),
    formatKilobytes(total.sentBytes),
    formatKilobytes(total.decodedBytes),
  ];
  const { small, large, huge } = opening;
  const opened = (
    /** @type {string} */ name,
    /** @type {typeof small.foldingMs} */ folding,
    /** @type {typeof small.foldingMs} */ stored,
    /** @type {number | undefined} */ ratio,
  ) => [
    name,
    folding === undefined ? "not measured" : formatRange(folding),
    stored === undefined ? "none stored" : formatRange(stored),
    ratio === undefined ? "" : formatRatio(ratio),
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
    markdownTable(["A visit without a cache", "files", "gzipped", "sent", "decoded"], [
      amount("JavaScript until a new room can be typed in", until.first.page),
      amount("JavaScript until a room that is opened again can be typed in", until.again.page),
      amount("JavaScript of the engine's worker, asked for by then", until.first.worker),
      amount("all JavaScript until the first reply", bytes.scriptUntilFirstReply),
      amount("everything until the first reply", { ...everything, gzipBytes: 0 }),
    ]),
    `The room that is opened again can be typed in after ${
      formatFigure(until.again.interactiveMs)
    } ms; a new room's first reply stands ${
      formatFigure(bytes.firstReplyMs)
    } ms after the first Enter.`,
    markdownTable([
      "Opening a room, ms",
      "folding the whole log",
      "from what is stored",
      `to ${small.messages} messages`,
    ], [
      opened(`${small.messages} messages`, small.foldingMs, small.checkpointMs, undefined),
      opened(
        `${large.messages} messages`,
        large.foldingMs,
        large.checkpointMs,
        opening.ratioCheckpoint,
      ),
      opened(
        `${huge.messages} messages`,
        huge.foldingMs,
        huge.checkpointMs,
        opening.ratioCheckpointHuge,
      ),
    ]),
    markdownTable(["Typing in a big room", "figure"], [
      ["messages in the room", String(bigRoom.messages)],
      ["personas streaming, each words a second", `${bigRoom.personas} x ${bigRoom.wordsPerS}`],
      ["from a key to the page's code, ms, 95 of 100", formatFigure(bigRoom.keyDelayMsP95)],
      ["from a key to its frame, ms, 95 of 100", formatFigure(bigRoom.keyToPaintMsP95)],
      ["frames that came late", `${bigRoom.framesLate} of ${bigRoom.frames}`],
      ["tasks over 50 ms while typing", String(bigRoom.longTaskMs.length)],
      ["layout shift of 300 frames", bigRoom.shift.toFixed(4)],
      ["elements in the page", String(bigRoom.elements)],
      ["heap after collection, MB", formatFigure(bigRoom.heapBytes / 1e6)],
    ]),
  ].join("\n\n");
}
