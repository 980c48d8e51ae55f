/** The ledger's model over IndexedDB; how to search longer: shared/ledger/private-work.model. */

import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { checkLedgerModel } from "#shared/testing/contracts/ledger-model.ts";
import { makePeerStoreSubject } from "./idb-stores.contract.ts";

const RUNS = Number(process.env["LEDGER_MODEL_RUNS"] ?? 15);

test("[LG13] [LG19] [LG28] [LG30] [LG31] histories with private work in IndexedDB", async () => {
  const counts = await checkLedgerModel(makePeerStoreSubject, RUNS);
  console.log("ledger over IndexedDB:", counts);
  expect(counts.histories).toBe(RUNS);
}, 60_000 + RUNS * 3_000);
