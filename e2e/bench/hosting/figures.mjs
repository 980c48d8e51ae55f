/** The arithmetic of the figures of hosting. Pure. */

import { percentile } from "../relay/figures.mjs";
import { median } from "../statistics.mjs";

/**
 * @typedef {{ median: number, p95: number, max: number, samples: readonly number[] }} Spread
 */

/**
 * Throws on an empty list.
 *
 * @param {readonly number[]} samples
 * @returns {Spread}
 */
export function spreadOf(samples) {
  return {
    median: median(samples),
    p95: percentile(samples, 0.95),
    max: Math.max(...samples),
    samples,
  };
}

/**
 * Every member of rows that have the same numbers, as a spread.
 *
 * @template {string} K
 * @param {readonly Readonly<Record<K, number>>[]} rows at least one
 * @param {readonly K[]} keys
 * @returns {Record<K, Spread>}
 */
export function spreadsOf(rows, keys) {
  const pairs = keys.map((key) => [key, spreadOf(rows.map((row) => row[key]))]);
  return /** @type {Record<K, Spread>} */ (Object.fromEntries(pairs));
}

/**
 * The interval in which the median lies with a confidence of about 95 %, by order statistics (the
 * sign test's): free of any shape. All of it where there are fewer than 6 samples.
 *
 * @param {readonly number[]} samples
 * @returns {{ low: number, high: number }}
 */
export function medianInterval(samples) {
  if (samples.length === 0) throw new RangeError("Cannot bound the median of no values");
  const sorted = samples.toSorted((a, b) => a - b);
  const count = sorted.length;
  // The normal approximation of the binomial: count / 2 -+ 0.98 sqrt(count).
  const rank = Math.max(0, Math.floor(count / 2 - 0.98 * Math.sqrt(count)));
  const at = (/** @type {number} */ index) => /** @type {number} */ (sorted[index]);
  return { low: at(rank), high: at(count - 1 - rank) };
}
