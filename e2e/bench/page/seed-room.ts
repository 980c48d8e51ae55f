/**
 * Writes a long room into this origin's database, as if the app had hosted it here.
 *
 * The rows are made by the product: `foundingEntries` and the fold say what is due, the room index
 * writes the rooms row and the entries in one transaction. Left out are the peer's own books
 * (inputs, receipts, segments): opening a room whose turns are all settled reads none of them.
 */

import { canonicalJson, type EpochMs } from "#shared/base/mod.ts";
import { foundingEntries } from "#shared/hosting/mod.ts";
import { readyMade } from "#shared/personas/mod.ts";
import type { LogEntry, NewEntry } from "#shared/ports/mod.ts";
import { type Card, protocolLimits, type RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, recentState, type RoomState } from "#shared/room/mod.ts";
import { due, type DueAttempt } from "#shared/turns/mod.ts";
import { toRoomMs } from "../../../shared/base/brands.ts";
import { openBroadcastPort } from "../../../web/adapters/broadcast-port.ts";
import { createDatabase } from "../../../web/adapters/idb-database.ts";
import { createIdbRoomIndex } from "../../../web/adapters/idb-room-index.ts";
import { DATABASE_NAME } from "../../../web/adapters/storage-schema.ts";
import { createIdbSettings } from "../../../web/adapters/idb-settings.ts";
import { createLogHints, LOG_HINTS_CHANNEL } from "../../../web/adapters/log-hints.ts";
import { starterProfile } from "../../../web/models/catalogue.ts";

const ROOM_ID = "rm_bench";
const ROOM_NAME = "Long room";
const DEVICE = "dv_bench";
/** The ready-made ones, and again under other names where a room is to have more. */
const CAST_NAMES = ["Ada", "Bo", "Cleo", "Dora"];
/** Between two entries: a talk, not a burst, and no turn is ever stale. */
const STEP_MS = 2_000;

/** Messages that the writer folds on with. */
const KEPT = 300;
/** Written by the product, one by one; the many behind them at once, in the same shape. */
const FIRST_ENTRIES = 100;

const never = new AbortController().signal;

/** Lines of the length people and the starter write. */
const ASKED = "What should I plant by the south wall this week? This is question";
const SAID =
  "I would try roses by the warm wall, dear, and give the soil a slow day of rest. Reply";

const offer = {
  device: DEVICE,
  name: "You",
  hostsForOthers: true,
  lanes: [{
    engine: starterProfile.engine,
    modelId: starterProfile.id,
    lane: "cpu",
    contextTokens: starterProfile.contextTokens,
    slots: 1,
  }],
} as const;

function settlement(one: DueAttempt, seenSeq: number, text: string): RoomEvent {
  const { turn, persona, attempt, assign, fingerprint } = one;
  return {
    kind: "settle",
    turn,
    persona,
    attempt,
    assign,
    outcome: { kind: "replied", text, finish: "stop" },
    usage: {
      promptTokens: 180,
      cachedTokens: 120,
      generatedTokens: 24,
      prefillMs: 210,
      decodeMs: 390,
    },
    times: { queuedMs: 2, firstTextMs: 230, finishedMs: 640 },
    modelId: starterProfile.id,
    lane: "cpu",
    seenSeq,
    fingerprint,
  };
}

/** A log in the making, folded as it grows: only the fold knows what a settlement must cite. */
function createWriter(startMs: number) {
  const entries: NewEntry[] = [];
  let state: RoomState = emptyState();
  const append = (added: readonly NewEntry[]): void => {
    const logged = added.map((entry, index): LogEntry => ({
      ...entry,
      seq: entries.length + index + 1,
      ts: toRoomMs(startMs + (entries.length + index) * STEP_MS),
    }));
    const folded = foldEntries(state, logged);
    // Only the newest turns are needed to write the next, and copying all for each takes long.
    state = folded.messages.length > 2 * KEPT ? recentState(folded, KEPT) ?? folded : folded;
    entries.push(...added);
  };
  const put = (event: RoomEvent): void =>
    append([{ id: `en_bench_${entries.length}`, device: DEVICE, body: event }]);
  return { entries, append, put, state: () => state };
}

/** Entries of a room with exactly `messages` visible messages; the last one says `lastLine`. */
function makeEntries(
  roomId: string,
  messages: number,
  startMs: number,
  lastLine: string,
  castSize: number,
): readonly NewEntry[] {
  const writer = createWriter(startMs);
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const cast = CAST_NAMES.slice(0, castSize).map((name, index) => ({
    id: `ps_${name.toLowerCase()}`,
    card: { ...cardAt(index), name },
    requirement: { contextTokensMin: 0 },
  }));
  writer.append(foundingEntries(roomId, ROOM_NAME, recipe, cast, offer));
  for (let left = messages; left > 0;) {
    // All answer; of two, one answers where three messages a turn would be too many.
    if (castSize === 2 && (left === 2 || left === 4)) {
      writer.put({ kind: "recipe", recipe: { ...recipe, kind: "addressed" } });
    }
    writer.put({ kind: "say", text: `${ASKED} ${messages - left + 1}.`, addressed: [] });
    left -= 1;
    const owed = due(writer.state(), DEVICE);
    if (owed.length === 0) throw new Error("Cannot seed: nobody is to answer");
    for (const one of owed) {
      left -= 1;
      const text = left === 0 ? lastLine : `${SAID} ${messages - left}.`;
      writer.put(settlement(one, writer.state().head, text));
    }
  }
  checkState(writer.state(), messages);
  return writer.entries;
}

function cardAt(index: number): Card {
  const card = readyMade[index % readyMade.length];
  if (card === undefined) throw new Error("Cannot seed: there are no ready-made personas");
  return card;
}

/** A seed that the fold does not take as meant would measure another room. */
function checkState(state: RoomState, messages: number): void {
  const found = {
    messages: state.messages.length + (state.earlier?.messages ?? 0),
    open: state.openTurns.length,
    ignored: state.ignored.length,
  };
  if (canonicalJson(found) !== canonicalJson({ messages, open: 0, ignored: 0 })) {
    throw new Error(`Cannot seed ${messages} messages: ${JSON.stringify(found)}`);
  }
}

async function seed(messages: number, lastLine: string, castSize = 2, roomId = ROOM_ID) {
  const startMs = Date.now() - messages * 2 * STEP_MS;
  const entries = makeEntries(roomId, messages, startMs, lastLine, castSize);
  const database = createDatabase();
  const settings = createIdbSettings(database);
  const claimed = await settings.claim("device-id", DEVICE, never);
  let nowMs = startMs;
  const index = createIdbRoomIndex({
    database,
    clock: { epochNow: () => (nowMs += STEP_MS) as EpochMs },
    hints: createLogHints(openBroadcastPort(LOG_HINTS_CHANNEL)),
    limits: protocolLimits,
  });
  const first = entries.slice(0, FIRST_ENTRIES);
  const created = await index.create({ roomId, name: ROOM_NAME }, first, never);
  await database.close();
  await addRows(roomId, entries.slice(FIRST_ENTRIES), nowMs);
  if (!claimed.ok || !created.ok) throw new Error("Cannot seed: the database refused");
  return { roomId, entries: entries.length };
}

/** As a local log stores them, behind the first ones. */
async function addRows(
  roomId: string,
  entries: readonly NewEntry[],
  startMs: number,
): Promise<void> {
  const database = await new Promise<IDBDatabase>((done, failed) => {
    const open = indexedDB.open(DATABASE_NAME);
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  await new Promise<void>((done, failed) => {
    const transaction = database.transaction("entries", "readwrite");
    const store = transaction.objectStore("entries");
    entries.forEach((entry, index) => {
      const seq = FIRST_ENTRIES + index + 1;
      store.add({ roomId, seq, ts: startMs + (index + 1) * STEP_MS, ...entry });
    });
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error);
  });
  database.close();
}

const face = { seed };

export type SeedFace = typeof face;

Object.assign(globalThis, { seedBench: face });
