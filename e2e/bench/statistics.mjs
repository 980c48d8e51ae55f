/** The arithmetic of the benchmarks. Pure. */

/**
 * The middle value; of an even number of values the mean of the two in the middle.
 * Throws on an empty list: a figure without a sample would be an invention.
 *
 * @param {readonly number[]} values
 * @returns {number}
 */
export function median(values) {
  if (values.length === 0) throw new RangeError("Cannot take the median of no values");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = /** @type {number} */ (sorted[middle]);
  return sorted.length % 2 === 1 ? high : (/** @type {number} */ (sorted[middle - 1]) + high) / 2;
}

/**
 * @typedef {{ median: number, min: number, max: number, samples: readonly number[] }} Summary
 */

/**
 * @param {readonly number[]} samples
 * @returns {Summary}
 */
export function summarize(samples) {
  return {
    median: median(samples),
    min: Math.min(...samples),
    max: Math.max(...samples),
    samples,
  };
}

/**
 * Two lists of samples taken in turn, side by side. `ratio` is of the medians; `ratioPaired` is the
 * median of the ratios of neighbours, which a load that comes and goes disturbs less.
 *
 * @param {readonly number[]} app
 * @param {readonly number[]} bare
 */
export function compare(app, bare) {
  if (app.length !== bare.length) throw new RangeError("Cannot compare: samples are not in pairs");
  const pairs = app.map((value, index) => value / /** @type {number} */ (bare[index]));
  const sides = { app: summarize(app), bare: summarize(bare) };
  return {
    ratio: sides.app.median / sides.bare.median,
    ratioPaired: median(pairs),
    ...sides,
  };
}

/**
 * The smallest sample that at least `percent` of a hundred samples do not exceed (nearest rank).
 *
 * @param {readonly number[]} samples
 * @param {number} percent
 */
export function percentile(samples, percent) {
  if (samples.length === 0) throw new RangeError("Cannot take a percentile of no values");
  const sorted = samples.toSorted((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.max(0, Math.ceil(sorted.length * percent / 100) - 1)]);
}
