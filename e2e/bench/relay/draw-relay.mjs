/** The relay's figures as tables. Pure. */

import { formatFigure, formatRange, formatRatio, markdownTable } from "../table.mjs";
import { worstGrowth } from "./figures.mjs";

/** @typedef {import("../statistics.mjs").Summary} Summary */
/** @typedef {import("./measure-sides.ts").RelayResults} Results */

/**
 * @param {Results} results
 * @returns {string}
 */
export function drawRelay(results) {
  return [
    drawAppends(results.appends),
    drawFanOut(results.fanOut, results.latency),
    drawCrowd(results.crowd, results.resume),
    drawGrowth("Members of one room", results.growth.byMembers),
    drawGrowth("Rooms of one member", results.growth.byRooms),
    describe(results),
  ].filter((part) => part !== "").join("\n\n");
}

/** @param {Results["appends"]} levels */
function drawAppends(levels) {
  return markdownTable(
    [
      "Messages under way, side",
      "against the relay",
      "a second",
      "p50 ms",
      "p99 ms",
      "server",
      "client",
    ],
    levels.flatMap(({ inFlight, senders, sides }) => {
      const own = sides[0];
      return sides.map(({ name, perS, p50Ms, p99Ms, serverCores, clientCores }) => [
        `${inFlight} over ${senders}: ${name}${name === "bare ws" ? ", stores nothing" : ""}`,
        own === undefined ? "" : formatRatio(perS.median / own.perS.median),
        formatRange(perS),
        formatMs(p50Ms.median),
        formatMs(p99Ms.median),
        share(serverCores),
        share(clientCores),
      ]);
    }),
  );
}

/**
 * @param {Results["fanOut"]} fanOut
 * @param {Results["latency"]} latency
 */
function drawFanOut(fanOut, latency) {
  const bare = fanOut.sides.find(({ name }) => name === "bare ws");
  return [
    markdownTable(
      [
        ...[`A room of ${fanOut.members}`, "against bare ws", "deliveries/s", "us a delivery"],
        ...["bytes down", "bytes up", "server", "client"],
      ],
      fanOut.sides.map((side) => [
        side.name,
        bare === undefined
          ? ""
          : formatRatio(side.deliveriesPerS.median / bare.deliveriesPerS.median),
        formatRange(side.deliveriesPerS),
        formatFigure(side.usPerDelivery.median),
        formatFigure(side.bytesDownEach.median),
        formatFigure(side.bytesUpEach.median),
        share(side.serverCores),
        share(side.clientCores),
      ]),
    ),
    markdownTable(
      [
        `${latency.perS} messages a second to ${latency.members}`,
        ...["p50 ms", "p95 ms", "p99 ms", "bytes down", "bytes up", "server", "client"],
      ],
      latency.sides.map((side) => [
        side.name,
        formatMsRange(side.p50Ms),
        formatMsRange(side.p95Ms),
        formatMsRange(side.p99Ms),
        formatFigure(side.bytesDownEach.median),
        formatFigure(side.bytesUpEach.median),
        share(side.serverCores),
        share(side.clientCores),
      ]),
    ),
  ].join("\n\n");
}

/**
 * @param {Results["crowd"]} crowd
 * @param {Results["resume"]} resume
 */
function drawCrowd(crowd, resume) {
  const resumed = markdownTable(
    [`Back to ${resume.entries} missed messages`, "messages/s", "server", "client"],
    resume.sides.map(({ name, entriesPerS, serverCores, clientCores }) => [
      ...[name, formatRange(entriesPerS), share(serverCores), share(clientCores)],
    ]),
  );
  if (crowd === undefined) return resumed;
  return [
    resumed,
    markdownTable(
      [`${crowd.sockets} sockets`, "KiB each, idle", "joins/s", "server", "client"],
      crowd.sides.map((side) => [
        ...[side.name, formatRange(side.kibPerSocket), formatRange(side.joinsPerS)],
        ...[share(side.joinServerCores), share(side.joinClientCores)],
      ]),
    ),
    markdownTable(
      [
        `${crowd.sockets} cut off, back at once`,
        ...["back", "tries", "s until back", "s until whole", "with a loss", "server", "client"],
      ],
      crowd.sides.map((side) => [
        side.name,
        `${side.stormBack.min}`,
        formatFigure(side.stormAttempts.median),
        formatRange(side.stormBackS),
        formatRange(side.stormWholeS),
        `${side.stormWithLoss.max}`,
        share(side.stormServerCores),
        share(side.stormClientCores),
      ]),
    ),
  ].join("\n\n");
}

/**
 * @param {string} what
 * @param {Results["growth"]["byMembers"]} sizes
 */
function drawGrowth(what, sizes) {
  if (sizes.length === 0) return "";
  const names = sizes[0]?.sides.map(({ name }) => name) ?? [];
  const costs = names.map((_, at) =>
    sizes.map(({ sides }) => sides[at]?.usPerDelivery.median ?? NaN)
  );
  return markdownTable(
    [`${what}, us a delivery`, ...names],
    [
      ...sizes.map(({ size, sides }) => [
        String(size),
        ...sides.map(({ usPerDelivery }) => formatRange(usPerDelivery)),
      ]),
      [
        "dearer than the cheapest smaller size",
        ...costs.map((one) => formatRatio(worstGrowth(one))),
      ],
    ],
  );
}

/** @param {Results} results */
function describe({ bodyBytes, smallBytes, windowMs, fsyncMs, syncs, skipped, limits }) {
  return [
    `Sides in turn, windows of ${
      windowMs / 1000
    } s; each server is a process of its own (relay, ws ` +
    "and Socket.IO on Deno), one client process on Node with the same bare TCP sockets for all. " +
    "Server and client: processor time in shares of a core.",
    `Stored messages have ${bodyBytes} bytes, those to rooms ${smallBytes}, both as base64url. A ` +
    "message is over when everybody in its room has it and its sender has the answer; rooms of " +
    "two there. Latency counts from when a message was due. Bytes are those of TCP, for one " +
    "delivery down and one message up. KiB are resident memory beyond what the server had before, " +
    "without the kernel's.",
    `Relay: SQLite with WAL and synchronous=FULL; one fsync of 4 KiB takes ${
      formatMs(fsyncMs)
    } ms ` +
    "here. JetStream: one stream on files, a subject a room, a push consumer a member" +
    `${syncs === undefined ? "" : ` (${syncs.replace("\n", ", ")})`}. ` +
    "Socket.IO with connection state recovery, in memory.",
    `CONCLAVE_RELAY_LIMITS=${JSON.stringify(limits)}; by default a device appends 5 a second.`,
    ...skipped.map((one) => `Left out: ${one}.`),
  ].join("\n\n");
}

/** @param {{ median: number }} cores NaN: the system does not tell */
function share({ median }) {
  return Number.isNaN(median) ? "not known" : `${Math.round(median * 100)}%`;
}

/** @param {Summary} summary */
function formatMsRange({ median, min, max }) {
  return `${formatMs(median)} (${formatMs(min)} to ${formatMs(max)})`;
}

/** @param {number} value a bare socket takes hundredths */
function formatMs(value) {
  return value < 1 ? value.toFixed(2) : formatFigure(value);
}
