/** The area `runtime` as tables. Pure. */

import { formatRatio, markdownTable } from "../table.mjs";

/** @typedef {import("./figures.ts").StoreFigures} StoreFigures */
/** @typedef {import("../statistics.mjs").Summary} Summary */

/** @param {{ stores: readonly StoreFigures[] }} results */
export function drawRuntime({ stores }) {
  const inputs = stores.map(({ store, admitP50, admitP95, perS, turn }) => [
    store,
    ...[formatRatio(admitP50.ratioPaired), formatMs(admitP50.app), formatMs(admitP95.app)],
    ...[formatMs(admitP50.bare), formatRatio(perS.ratioPaired), formatCount(perS.app)],
    ...[formatRatio(turn.ratioPaired), formatMs(turn.app)],
  ]);
  const logs = stores.flatMap(({ store, logs }) =>
    logs.map(({ entries, append, read, readUsPerEntry }) => [
      `${store}, ${entries} entries`,
      ...[formatRatio(append.ratioPaired), formatMs(append.app)],
      ...[formatRatio(read.ratioPaired), formatMs(read.app), formatMs(readUsPerEntry)],
    ])
  );
  return [
    markdownTable([
      "Store",
      ...["admit / put", "admit p50, ms", "p95, ms", "a put, ms"],
      ...["16 at once / puts", "inputs/s", "turn / put", "a turn, ms"],
    ], inputs),
    markdownTable(
      ["Segment log", "append / put", "append, ms", "snapshot / read", "snapshot, ms", "us/entry"],
      logs,
    ),
    "A put: one durable write of the plain store. A turn: from the admission to the committed end " +
    "of an input whose work takes no time.",
  ].join("\n\n");
}

/** Down to microseconds: memory is that fast. @param {Summary} summary */
function formatMs({ median, min, max }) {
  const show = (/** @type {number} */ ms) => ms >= 10 ? ms.toFixed(1) : ms.toFixed(3);
  return `${show(median)} (${show(min)} to ${show(max)})`;
}

/** @param {Summary} summary */
function formatCount({ median, min, max }) {
  return `${Math.round(median)} (${Math.round(min)} to ${Math.round(max)})`;
}
