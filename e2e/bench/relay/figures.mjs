/** The arithmetic of the relay's figures. Pure. */

import { summarize } from "../statistics.mjs";

/** @typedef {import("../statistics.mjs").Summary} Summary */

/**
 * The value below which `share` of the values lie, by nearest rank. Throws on an empty list.
 *
 * @param {readonly number[]} values
 * @param {number} share from 0 to 1
 */
export function percentile(values, share) {
  if (values.length === 0) throw new RangeError("Cannot take a percentile of no values");
  const sorted = Float64Array.from(values).sort();
  return /** @type {number} */ (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
}

/**
 * Samples of one side, figure by figure.
 *
 * @template {string} K
 * @param {readonly Readonly<Record<K, number>>[]} samples
 * @returns {Record<K, Summary>}
 */
export function summarizeSamples(samples) {
  const names = /** @type {K[]} */ (Object.keys(samples[0] ?? {}));
  return /** @type {Record<K, Summary>} */ (Object.fromEntries(
    names.map((name) => [name, summarize(samples.map((sample) => sample[name]))]),
  ));
}

/**
 * How much dearer a size is than the cheapest of the smaller ones: 1 or less everywhere is flat.
 * Sizes in ascending order.
 *
 * @param {readonly number[]} costs
 */
export function worstGrowth(costs) {
  let cheapest = Infinity;
  let worst = 0;
  for (const cost of costs) {
    if (cheapest < Infinity) worst = Math.max(worst, cost / cheapest);
    cheapest = Math.min(cheapest, cost);
  }
  return worst;
}
