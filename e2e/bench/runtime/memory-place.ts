/** The memory store beside a bare `Map`. */

import { MemoryPeerStore } from "../../../shared/testing/fakes/memory-peer-store.ts";
import type { Place } from "./measure-round.ts";
import { prepareAppend, segmentBody } from "./store-calls.ts";

/** It copies its lists at each write, so filling a log takes the square of its length. */
export const MEMORY_ENTRIES_MAX = 1_000;

export function openMemoryPlace(): Place {
  const store = new MemoryPeerStore();
  const plain = new Map<string, object>();
  const logs = new Map<string, Map<number, object>>();
  return {
    store,
    putPlain(key, row) {
      plain.set(key, row);
      const log = logs.get(key.split(" ")[0] ?? "");
      log?.set(log.size, segmentBody(log.size));
      return Promise.resolve();
    },
    async fillLog(persona, count) {
      const log = new Map<number, object>();
      logs.set(persona, log);
      for (let turn = 0; turn < count; turn += 1) {
        await (await prepareAppend(store, persona, turn))();
        log.set(turn, segmentBody(turn));
      }
    },
    readPlain: (persona) => Promise.resolve([...logs.get(persona)?.values() ?? []].length),
    close: () => Promise.resolve(),
  };
}
