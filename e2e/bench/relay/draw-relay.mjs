/** The relay's figures as tables. Pure. */

import { formatFigure, formatRange, formatRatio, markdownTable } from "../table.mjs";

/**
 * @param {import("./relay-area.mjs").RelayResults} results
 * @returns {string}
 */
export function drawRelay({ levels, fsyncMs, bodyBytes, windowMs, limits }) {
  return [
    markdownTable(
      ["In flight", "relay / echo", "durable appends/s", "echoes/s"],
      levels.map(({ inFlight, senders, ratioPerS, relay, echo }) => [
        `${inFlight}, over ${senders} ${senders === 1 ? "socket" : "sockets"}`,
        formatRatio(ratioPerS),
        formatRange(relay.perS),
        formatRange(echo.perS),
      ]),
    ),
    markdownTable(
      ["In flight", "append to deliver, p50 ms", "p99 ms", "echo and back, p50 ms", "p99 ms"],
      levels.map(({ inFlight, relay, echo }) => [
        String(inFlight),
        formatMsRange(relay.p50Ms),
        formatMsRange(relay.p99Ms),
        formatMsRange(echo.p50Ms),
        formatMsRange(echo.p99Ms),
      ]),
    ),
    markdownTable(
      ["In flight, cores used", "relay", "its client", "echo server", "its client"],
      levels.map(({ inFlight, relay, echo }) => [
        String(inFlight),
        share(relay.serverCores),
        share(relay.clientCores),
        share(echo.serverCores),
        share(echo.clientCores),
      ]),
    ),
    `Bodies of ${bodyBytes} bytes, windows of ${windowMs / 1000} s, relay and echo in turn; both ` +
    "servers are processes on Deno with the npm package `ws`, one client process on Node (or " +
    "Deno, if it runs the bench). Each sending socket has a room with one reader: an append goes " +
    "to the disk, back to its sender as `ok`, and to both as an entry; an echo goes back, no more.",
    `SQLite with WAL and synchronous=FULL; one fsync of 4 KiB takes ${
      formatMs(fsyncMs)
    } ms here. ` +
    `Rate limits raised by CONCLAVE_RELAY_LIMITS=${JSON.stringify(limits)}; by default a device ` +
    "appends 5 a second.",
  ].join("\n\n");
}

/** @param {{ median: number }} cores NaN: the system does not tell */
function share({ median }) {
  return Number.isNaN(median) ? "not known" : `${Math.round(median * 100)}%`;
}

/** @param {import("../statistics.mjs").Summary} summary */
function formatMsRange({ median, min, max }) {
  return `${formatMs(median)} (${formatMs(min)} to ${formatMs(max)})`;
}

/** @param {number} value an echo takes hundredths */
function formatMs(value) {
  return value < 1 ? value.toFixed(2) : formatFigure(value);
}
