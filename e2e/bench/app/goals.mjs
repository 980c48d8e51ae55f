/** What the app is to keep to, and whether it did. Pure. */

import { formatFigure, formatRatio } from "../table.mjs";

/** @typedef {import("./app-area.mjs").AppFigures} AppFigures */

/**
 * @typedef {object} Goal
 * @property {string} figure
 * @property {number} atMost
 * @property {(value: number) => string} format
 * @property {(figures: AppFigures) => number | undefined} read undefined where it was not measured
 */

const number = (/** @type {number} */ value) => formatFigure(value);
const kilobytes = (/** @type {number} */ value) => `${(value / 1_000).toFixed(1)} kB`;

/** @type {readonly Goal[]} */
const GOALS = [
  {
    figure: "from a key to its frame beside four streams, ms, 95 of 100",
    atMost: 50,
    format: number,
    read: ({ "big-room": room }) => room?.keyToPaintMsP95,
  },
  {
    figure: "the page's longest task there, ms of its processor",
    atMost: 50,
    format: number,
    read: ({ "big-room": room }) => room?.longestTaskMs,
  },
  {
    figure: "layout shift while four stream",
    atMost: 0,
    format: (value) => value.toFixed(4),
    read: ({ "big-room": room }) => room?.shift,
  },
  ...[10_000, 100_000].map((messages) => ({
    figure: `opening ${messages} messages over 100`,
    atMost: 1.5,
    format: formatRatio,
    read: (/** @type {AppFigures} */ { "open-room": rooms }) =>
      rooms?.find((room) => room.messages === messages)?.ratioStored,
  })),
  {
    figure: "JavaScript until a new room can be typed in",
    atMost: 90_000,
    format: kilobytes,
    read: ({ bytes }) => bytes?.scriptUntilInteractive.first.page.gzipBytes,
  },
  {
    figure: "JavaScript until a room that is opened again can be",
    atMost: 90_000,
    format: kilobytes,
    read: ({ bytes }) => bytes?.scriptUntilInteractive.again.page.gzipBytes,
  },
  {
    figure: "searching ten rooms: the first found, ms",
    atMost: 1_000,
    format: number,
    read: ({ search }) => search?.first.firstMs.median,
  },
  {
    figure: "searching ten rooms: the page's longest task, ms of its processor",
    atMost: 50,
    format: number,
    read: ({ search }) =>
      search && Math.max(search.first.longestTaskMs.max, search.again.longestTaskMs.max),
  },
];

/**
 * Every goal whose figure was measured.
 *
 * @param {AppFigures} figures
 */
export function judgeApp(figures) {
  return GOALS.flatMap(({ figure, atMost, format, read }) => {
    const value = read(figures);
    if (value === undefined) return [];
    const words = { value: format(value), goal: format(atMost) };
    return [{ figure, value, atMost, isMet: value <= atMost, words }];
  });
}
