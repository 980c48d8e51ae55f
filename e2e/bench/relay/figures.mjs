/** The arithmetic of the relay's figures. Pure. */

import { summarize } from "../statistics.mjs";

/**
 * The value below which `share` of the values lie, by nearest rank. Throws on an empty list.
 *
 * @param {readonly number[]} values
 * @param {number} share from 0 to 1
 */
export function percentile(values, share) {
  if (values.length === 0) throw new RangeError("Cannot take a percentile of no values");
  const sorted = values.toSorted((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
}

/**
 * Processor time of a process from the text of `/proc/PID/stat`: user and system, in clock ticks.
 *
 * @param {string} text
 */
export function readTicks(text) {
  // The name, in parentheses, may hold blanks and parentheses itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/**
 * One window of one side.
 *
 * @typedef {object} Sample
 * @property {number} perS
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} messages
 * @property {number} serverCores undefined system: NaN
 * @property {number} clientCores
 */

/** @param {readonly Sample[]} samples */
export function summarizeSide(samples) {
  return {
    perS: summarize(samples.map(({ perS }) => perS)),
    p50Ms: summarize(samples.map(({ p50Ms }) => p50Ms)),
    p99Ms: summarize(samples.map(({ p99Ms }) => p99Ms)),
    serverCores: summarize(samples.map(({ serverCores }) => serverCores)),
    clientCores: summarize(samples.map(({ clientCores }) => clientCores)),
    messages: samples.reduce((sum, { messages }) => sum + messages, 0),
  };
}
