/** Composition root of the search worker: storage to read, and nothing to write with. */

import type { Foundation } from "#shared/ports/mod.ts";
import { ok } from "#shared/base/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { createBrowserIds } from "../../adapters/browser-chance.ts";
import { createBrowserClock } from "../../adapters/browser-clock.ts";
import { openBroadcastPort } from "../../adapters/broadcast-port.ts";
import { createConsoleLog } from "../../adapters/console-log.ts";
import { createIdbCheckpoints } from "../../adapters/idb-checkpoints.ts";
import { createDatabase } from "../../adapters/idb-database.ts";
import { createIdbRoomLog } from "../../adapters/idb-room-log.ts";
import { readFoundation } from "../../adapters/log-pages.ts";
import { createLogHints, LOG_HINTS_CHANNEL } from "../../adapters/log-hints.ts";
import { DATABASE_NAME } from "../../adapters/storage-schema.ts";
import { createKeptLines } from "../../client/search/room-lines.ts";
import { createRoomReader } from "../../client/search/room-reader.ts";
import { type SearchRequest, serveSearch } from "../../client/search/serve-search.ts";
import { yieldTurn } from "../yield-turn.ts";

/** The page made it; where it is gone since, none is made in its place (SY265). */
const database = createDatabase(DATABASE_NAME, false);
const clock = createBrowserClock();
const hints = createLogHints(openBroadcastPort(LOG_HINTS_CHANNEL));
const checkpoints = createIdbCheckpoints(database);
/** The page ends the worker as a whole. */
const life = new AbortController().signal;

const reader = createRoomReader({
  logOf: (roomId) => createIdbRoomLog({ database, clock, hints, limits: protocolLimits }, roomId),
  async load(roomId, signal) {
    const row = await checkpoints.latest(roomId, "whole", signal);
    if (!row.ok || row.value === undefined) return row.ok ? ok(undefined) : row;
    const { seq, stateHash, state } = row.value;
    return ok({ seq, stateHash, text: state });
  },
  foundationOf: (roomId, signal) =>
    database.read<Foundation | undefined>(
      ["positions"],
      (tx) => readFoundation(tx, roomId),
      signal,
    ),
  ...{ clock, ids: createBrowserIds(), trace: createConsoleLog("warn") },
  kept: createKeptLines(),
}, life);

const server = serveSearch(reader, (answer) => self.postMessage(answer), yieldTurn);
self.addEventListener("message", ({ data }: MessageEvent<SearchRequest>) => server.take(data));
