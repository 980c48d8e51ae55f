/**
 * What the storage specs call inside a page: the real adapters on the real browser, and nothing
 * else.
 */

import { ok } from "../../../shared/base/mod.ts";
import type { ContractCase } from "../../../shared/testing/contracts/contract-case.ts";
import { peerStoreContract } from "../../../shared/testing/contracts/peer-store.contract.ts";
import { roomLogContract } from "../../../shared/testing/contracts/room-log.contract.ts";
import { SeededRandom } from "../../../shared/testing/fakes/seeded-random.ts";
import { openBroadcastPort } from "../../../web/adapters/broadcast-port.ts";
import { createBrowserIds } from "../../../web/adapters/browser-chance.ts";
import { createBrowserClock } from "../../../web/adapters/browser-clock.ts";
import { createPagePort, createWebLocks } from "../../../web/adapters/browser-page.ts";
import { createConsoleLog } from "../../../web/adapters/console-log.ts";
import { exportRawRooms } from "../../../web/adapters/export-raw-rooms.ts";
import { createIdbRoomIndex } from "../../../web/adapters/idb-room-index.ts";
import { createIdbRoomLog } from "../../../web/adapters/idb-room-log.ts";
import { createIdbSettings } from "../../../web/adapters/idb-settings.ts";
import {
  makePeerStoreSubject,
  makeRoomLogSubject,
  openTabStorage,
} from "../../../web/adapters/idb-stores.contract.ts";
import { createLeadership } from "../../../web/client/leadership.ts";
import { clientLimits } from "../../../web/client/limits.ts";
import { createTabChannel, TAB_CHANNEL } from "../../../web/client/tab-channel.ts";

const never = new AbortController().signal;
const DATABASE = "conclave";
const ROOM = "rm_1";
const storage = openTabStorage(DATABASE, {
  entryBytesMax: 1024 * 1024,
  genesisBytesMax: 1024 * 1024,
  blobBytesMax: 1024 * 1024,
});
const rooms = createIdbRoomIndex(storage);
const log = createIdbRoomLog(storage, ROOM);
const settings = createIdbSettings(storage.database);

/** Titles of the cases that failed, with why. */
async function failuresOf<S>(
  cases: readonly ContractCase<S>[],
  make: () => Promise<S>,
  runs: number,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const item of cases) {
    try {
      await item.run(make, runs);
    } catch (error) {
      failures.push(`${item.title}: ${String(error)}`);
    }
  }
  return failures;
}

/** Text that a database cannot compress away; equal in every run. */
function noise(chars: number): string {
  const random = new SeededRandom("noise");
  return Array.from({ length: chars }, () => String.fromCharCode(33 + random.integer(90))).join("");
}

const storageFace = {
  checkRoomLog: (runs: number) => failuresOf(roomLogContract, makeRoomLogSubject, runs),
  checkPeerStore: (runs: number) => failuresOf(peerStoreContract, makePeerStoreSubject, runs),
  createRoom: () => rooms.create({ roomId: ROOM, name: "Kitchen" }, [], never),
  /** Appends `count` entries as fast as it can; the errors by kind, the ids acknowledged. */
  async append(prefix: string, count: number, bodyChars = 10) {
    const acknowledged: string[] = [];
    const errors: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const entry = { id: `${prefix}${index}`, device: prefix, body: noise(bodyChars) };
      const result = await log.append(entry, never);
      if (result.ok) {
        acknowledged.push(entry.id);
        console.debug(`acknowledged ${entry.id}`);
      } else {
        errors.push(result.error.kind);
        break;
      }
    }
    return { acknowledged, errors };
  },
  async readLog() {
    const result = await log.read(0, 100_000, never);
    if (!result.ok) return { error: result.error.kind, seqs: [], ids: [] };
    return {
      error: undefined,
      seqs: result.value.map((entry) => entry.seq),
      ids: result.value.map((entry) => entry.id),
    };
  },
  /** Resolves at the first hint after which the head is at least `head`. */
  hintedHead: (head: number) =>
    new Promise<number>((resolve) => {
      const subscription = log.subscribe(() =>
        void log.head(never).then((result) => {
          if (!result.ok || result.value < head) return;
          subscription[Symbol.dispose]();
          resolve(result.value);
        })
      );
    }),
  async listRooms() {
    const result = await rooms.list(never);
    return result.ok ? result.value.map((room) => room.name) : result.error.kind;
  },
  dataLoss: () => settings.read("data-loss", never),
  exportRaw: () => exportRawRooms(never),
  closeDatabase: () => storage.database.close(),
  /** Opens the database with the bare API, as another program would. */
  raw: (version?: number) =>
    new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(DATABASE, version);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }),
};

const commandsRun: string[] = [];
const text = (value: unknown) => ok(String(value));
const channel = createTabChannel<string, string, string>({
  port: openBroadcastPort(TAB_CHANNEL),
  clock: createBrowserClock(),
  ids: createBrowserIds(),
  log: createConsoleLog("warn"),
  limits: clientLimits,
  decode: { command: text, answer: text, status: text },
});
const seen: string[] = [];
channel.subscribe({
  onStatus: (status) => seen.push(status),
  onStream: (frame) => seen.push(frame.text),
});

let termNow = 0;
const leadership = createLeadership({
  locks: createWebLocks(),
  page: createPagePort(),
  clock: createBrowserClock(),
  log: createConsoleLog("warn"),
  handOverMsMax: clientLimits.handOverMsMax,
  takeTerm: (signal) => settings.nextLeaderTerm(signal),
  async runAsLeader(term, signal) {
    termNow = term;
    const seat = channel.lead(term, {
      onCommand: (command) => {
        commandsRun.push(command);
        return Promise.resolve(`${command} done in term ${term}`);
      },
      snapshot: () => ({
        status: `led in term ${term}`,
        streams: [
          { roomId: ROOM, turn: 1, persona: "ada", attempt: 0, offset: 0, text: "so far" },
        ],
      }),
      onHandOverRequest: () => leadership.handOver(),
      onDeposed: () => leadership.handOver(),
      onWatch: () => undefined,
      onUnwatch: () => undefined,
    });
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    seat.leave();
    termNow = 0;
  },
});

const leadershipFace = {
  start: () => leadership.start(),
  phase: () => leadership.snapshot().phase,
  /** The term this tab leads in, 0 while it does not. */
  term: () => termNow,
  requestHandOver: () => channel.requestHandOver(),
  close: () => leadership.close(),
  send: (command: string) => channel.send(command, never),
  seen: () => seen,
};

const face = { ...storageFace, ...leadershipFace };
export type Harness = typeof face;

Object.assign(globalThis, { storageHarness: face });
