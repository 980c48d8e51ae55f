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
    `Memory of the page over ${memory.cycles} loads of the starter: ` +
    `${formatFigure(memory.beforeBytes / MIB)} MiB before, ` +
    `${formatFigure(memory.loadedBytes / MIB)} at most loaded, ` +
    `${formatFigure(memory.afterFirstBytes / MIB)} after the first unload, ` +
    `${formatFigure(memory.afterLastBytes / MIB)} after the last ` +
    `(${formatRatio(memory.growthRatio)}).`,
    ...skipped.map((reason) => `Left out: ${reason}.`),
  ].join("\n\n");
}
