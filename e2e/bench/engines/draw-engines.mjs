/** The figures of the engines as text. Pure. */

import { formatFigure, formatRatio, markdownTable } from "../table.mjs";

const MIB = 2 ** 20;

/** @typedef {import("./engines-area.mjs").EnginesResults} EnginesResults */

/** @param {EnginesResults} results */
export function drawEngines({ paths, talk, slots, fork, memory, skipped }) {
  const share = (/** @type {number} */ value) => `${(value * 100).toFixed(0)} %`;
  const rows = Object.entries(paths).map(([name, one]) => [
    name,
    `${formatRatio(one.addedTimeRatioMedian)} (${formatRatio(one.addedTimeRatioInterval.low)} to ` +
    `${formatRatio(one.addedTimeRatioInterval.high)})`,
    formatFigure(one.oursTokenMs),
    formatFigure(one.bareTokenMs),
    `${formatFigure(one.addedFirstTokenMsMedian)} (` +
    `${formatFigure(one.addedFirstTokenMsInterval.low)} to ` +
    `${formatFigure(one.addedFirstTokenMsInterval.high)})`,
    `${one.sameTexts} of ${one.pairs}`,
  ]);
  return [
    markdownTable(
      ["our path over", "ms a token", "ours", "bare", "added to the first, ms", "same text"],
      rows,
    ),
    markdownTable(["computed again for 4 personas, 3 turns", "share", "ours", "naive"], [
      ...talk.map(({ by, ratio, part, whole }) => [
        `tokens, one script on web-llm (${by})`,
        share(ratio),
        String(part),
        String(whole),
      ]),
      [
        "tokens, pinned slots of wllama",
        share(slots.ratio),
        String(slots.part),
        String(slots.whole),
      ],
      [
        "ms of prefill, forks on transformers.js",
        share(fork.ratio),
        formatFigure(fork.part),
        formatFigure(fork.whole),
      ],
    ]),
    `Greedy replies of a fork and of a whole prefill are the same in ${fork.sameTexts} of ` +
    `${fork.pairs}.`,
    markdownTable(
      ["memory of the page, MiB", "before", "loaded", "1st unload", "last unload", "growth"],
      Object.entries(memory).map(([name, one]) => [
        `${name}, ${one.cycles} loads`,
        ...[one.beforeBytes, one.loadedBytes, one.afterFirstBytes, one.afterLastBytes]
          .map((bytes) => formatFigure(bytes / MIB)),
        formatRatio(one.growthRatio),
      ]),
    ),
    ...skipped.map((reason) => `Left out: ${reason}.`),
  ].join("\n\n");
}
