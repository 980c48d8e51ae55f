/** The area `hosting` as tables. Pure. */

import { formatFigure, formatRatio, markdownTable } from "../table.mjs";

/** @typedef {import("./figures.mjs").Spread} Spread */

/**
 * @param {import("./hosting-area.mjs").HostingResults} results
 * @returns {string}
 */
export function drawHosting({ service, worker, process, takeover }) {
  const { killed, stopped, loadMs } = takeover;
  return [
    markdownTable(
      [`From a crash to the next words, s`, "all", "until it starts again", "start to words"],
      [
        [
          `worker of the page (starter), ${countOf(worker.totalMs)} crashes`,
          ...[worker.totalMs, worker.seenMs, worker.wordsMs].map(seconds),
        ],
        [
          `process of a host (starter), ${countOf(process.totalMs)} crashes`,
          ...[process.totalMs, process.backoffMs].map(seconds),
          `${seconds(process.loadMs)} load, ${seconds(process.wordsMs)} words`,
        ],
      ],
    ),
    markdownTable(
      ["A host is lost, s", "all", "until it has left", "left to taken over", "taken to answer"],
      [
        [`killed, ${countOf(killed.totalMs)} times`, ...takeoverCells(killed)],
        [`stopped, ${countOf(stopped.totalMs)} times`, ...takeoverCells(stopped)],
      ],
    ),
    markdownTable(
      ["A turn of 20 tokens", "peer / engine", "95 %", "added ms", "peer, ms", "engine, ms"],
      service.map(({ tokenMs, ratio, addedMs, serviceMs, bareMs }) => [
        `${tokenMs} ms a token, ${countOf(serviceMs)} turns`,
        formatRatio(ratio.median),
        `${formatRatio(ratio.low)} to ${formatRatio(ratio.high)}`,
        `${formatMs(addedMs.median)} (${formatMs(addedMs.low)} to ${formatMs(addedMs.high)})`,
        formatMs(serviceMs.median),
        formatMs(bareMs.median),
      ]),
    ),
    "Medians, 95th percentiles in parentheses; of turns the interval of the median. Every crash is " +
    "the first of its page or host: supervision then waits 0.5 s and up to a third more. A killed " +
    "host has left when the relay has missed it for 15 s (D15), a stopped one at once; the next in " +
    `rank takes over 2 s later (HO20). Whoever takes over has its model loaded: a host needs ${
      seconds(loadMs)
    } s from its start until it is ready. ${takeover.pairs} pairs of hosts side by side.`,
  ].join("\n\n");
}

/** @param {Readonly<Record<"leftMs" | "takenMs" | "answeredMs" | "totalMs", Spread>>} one */
function takeoverCells({ leftMs, takenMs, answeredMs, totalMs }) {
  return [totalMs, leftMs, takenMs, answeredMs].map(seconds);
}

/** @param {Spread} spread in ms */
function seconds({ median, p95 }) {
  return `${(median / 1000).toFixed(2)} (${(p95 / 1000).toFixed(2)})`;
}

/** @param {Spread} spread */
function countOf({ samples }) {
  return samples.length;
}

/** @param {number} value */
function formatMs(value) {
  return value < 10 ? value.toFixed(2) : formatFigure(value);
}
