/** The arithmetic of the engines' figures. Pure. */

import { medianInterval } from "../hosting/figures.mjs";
import { median } from "../statistics.mjs";

/** @typedef {import("./page/ways.ts").Timed} Timed */

/**
 * Tokens after the first and the time they took, in ms each; undefined where there is none.
 *
 * @param {Pick<Timed, "restMs" | "tokens">} timed
 */
export function tokenMs({ restMs, tokens }) {
  return tokens > 1 ? restMs / (tokens - 1) : undefined;
}

/**
 * Two ways asked the same in turn: ratios of time per token and added time to the first token, pair
 * by pair, so that a load that comes and goes strikes both. Pairs without a second token are left
 * out of the ratio. Throws when no pair is left.
 *
 * @param {readonly { readonly ours: Timed, readonly bare: Timed }[]} pairs
 */
export function comparePaths(pairs) {
  const ratios = pairs.flatMap(({ ours, bare }) => {
    const [a, b] = [tokenMs(ours), tokenMs(bare)];
    return a === undefined || b === undefined ? [] : [a / b];
  });
  const added = pairs.map(({ ours, bare }) => ours.firstMs - bare.firstMs);
  return {
    pairs: pairs.length,
    sameTexts: pairs.filter(({ ours, bare }) => ours.text === bare.text).length,
    addedTimeRatioMedian: median(ratios),
    addedTimeRatioInterval: medianInterval(ratios),
    addedFirstTokenMsMedian: median(added),
    addedFirstTokenMsInterval: medianInterval(added),
    oursTokenMs: median(pairs.flatMap(({ ours }) => tokenMs(ours) ?? [])),
    bareTokenMs: median(pairs.flatMap(({ bare }) => tokenMs(bare) ?? [])),
    oursFirstMs: median(pairs.map(({ ours }) => ours.firstMs)),
    bareFirstMs: median(pairs.map(({ bare }) => bare.firstMs)),
  };
}

/** @typedef {ReturnType<typeof comparePaths>} Compared */

/** @param {readonly number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/**
 * @param {readonly number[]} part
 * @param {readonly number[]} whole
 */
export function shareOf(part, whole) {
  const total = sum(whole);
  if (total === 0) throw new RangeError("Cannot take a share of nothing");
  return { ratio: sum(part) / total, part: sum(part), whole: total };
}
