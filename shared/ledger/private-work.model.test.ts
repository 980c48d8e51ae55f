/**
 * The ledger's model over a store in memory. `LEDGER_MODEL_RUNS=2000 npx vitest run
 * shared/ledger/private-work.model web/adapters/idb-ledger.model` searches longer, and
 * `LEDGER_MODEL_RUNS=2000 deno run -A npm:vitest run edge/stores/sqlite-ledger.model` over SQLite.
 */

import { expect, test } from "vitest";
import { checkLedgerModel } from "../testing/contracts/ledger-model.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";

const RUNS = Number(process.env["LEDGER_MODEL_RUNS"] ?? 60);

test(
  "[LG13] [LG19] [LG28] [LG30] [LG31] [LG41] histories with private work in memory",
  async () => {
    const counts = await checkLedgerModel(async () => {
      const store = new MemoryPeerStore();
      return {
        open: () => store,
        abortAtWrite: (nth) => store.abortAtWrite(nth),
        close: async () => undefined,
      };
    }, RUNS);
    console.log("ledger over memory:", counts);
    expect(counts.histories).toBe(RUNS);
  },
  60_000 + RUNS * 1_000,
);
