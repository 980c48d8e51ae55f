/** The tables of the area `app`: first what is to be kept to, then what was measured. Pure. */

import {
  formatFigure,
  formatKilobytes,
  formatRange,
  formatRatio,
  markdownTable,
} from "../table.mjs";

/** @typedef {import("./app-area.mjs").AppResults} AppResults */
/** @typedef {Required<AppResults>} All */
/** @typedef {All["speed"]["firstTokenMs"]} Compared */
/** @typedef {import("../statistics.mjs").Summary} Summary */

/**
 * @param {AppResults} results
 * @returns {string}
 */
export function drawApp({ goals, bytes, speed, "open-room": opening, "big-room": big, search }) {
  return [
    ...goals.length === 0 ? [] : [drawGoals(goals)],
    ...bytes === undefined ? [] : drawBytes(bytes),
    ...speed === undefined ? [] : drawSpeed(speed),
    ...opening === undefined ? [] : [drawOpening(opening)],
    ...big === undefined ? [] : [drawBigRoom(big)],
    ...search === undefined ? [] : [drawSearch(search)],
  ].join("\n\n");
}

/** @param {AppResults["goals"]} goals */
function drawGoals(goals) {
  return markdownTable(
    ["To be kept to", "measured", "at most", "met"],
    goals.map(({ figure, words, isMet }) => [
      figure,
      words.value,
      words.goal,
      isMet ? "yes" : "NO",
    ]),
  );
}

/** @param {All["speed"]} speed */
function drawSpeed(speed) {
  const compared = (/** @type {string} */ name, /** @type {Compared} */ sides) => [
    name,
    formatRatio(sides.ratio),
    formatRange(sides.app),
    formatRange(sides.bare),
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
  ];
}

/** @param {All["bytes"]} bytes */
function drawBytes(bytes) {
  const { scriptUntilInteractive: until, everythingUntilFirstReply: everything } = bytes;
  const amount = (/** @type {string} */ name, /** @type {typeof until.first.page} */ total) => [
    name,
    String(total.files),
    total.gzipBytes === 0 ? "" : formatKilobytes(total.gzipBytes),
    formatKilobytes(total.sentBytes),
    formatKilobytes(total.decodedBytes),
  ];
  return [
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
  ];
}

/** @param {All["open-room"]} rooms */
function drawOpening(rooms) {
  const range = (/** @type {Summary | undefined} */ ms) => ms === undefined ? "" : formatRange(ms);
  return markdownTable(
    [
      "Opening a room, ms",
      "folding the whole log",
      "from what is stored",
      `to ${rooms[0]?.messages} messages`,
    ],
    rooms.map(({ messages, foldingMs, storedMs, ratioStored }) => [
      `${messages} messages`,
      range(foldingMs),
      range(storedMs),
      ratioStored === undefined ? "" : formatRatio(ratioStored),
    ]),
  );
}

/** @param {All["big-room"]} room */
function drawBigRoom(room) {
  return markdownTable(["Typing in a big room", "figure"], [
    ["messages in the room", String(room.messages)],
    ["personas streaming, each words a second", `${room.personas} x ${room.wordsPerS}`],
    ["from a key to the page's code, ms, 95 of 100", formatFigure(room.keyDelayMsP95)],
    ["from a key to its frame, ms, 95 of 100", formatFigure(room.keyToPaintMsP95)],
    ["frames that came late", `${room.framesLate} of ${room.frames}`],
    ["the page's longest task, ms of its processor", formatFigure(room.longestTaskMs)],
    ["processor of the page's thread, ms a second", formatFigure(room.processorMsPerS)],
    [`layout shift of ${room.stillFrames} frames`, room.shift.toFixed(4)],
    ["elements in the page", String(room.elements)],
    ["heap after collection, MB", formatFigure(room.heapBytes / 1e6)],
  ]);
}

/** @param {All["search"]} search */
function drawSearch({ rooms, messages, first, again }) {
  const row = (/** @type {string} */ name, /** @type {typeof first} */ asked) => [
    name,
    formatRange(asked.firstMs),
    formatRange(asked.allMs),
    formatFigure(asked.longestTaskMs.max),
  ];
  return markdownTable(
    [
      `Searching ${rooms} rooms of ${messages} messages`,
      "first found, ms",
      "all, ms",
      "longest task, ms of the page's processor",
    ],
    [row("first question", first), row("the next", again)],
  );
}
