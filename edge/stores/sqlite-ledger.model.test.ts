/** The ledger's model over SQLite; how to search longer: shared/ledger/private-work.model. */

import { expect, test } from "vitest";
import { checkLedgerModel } from "#shared/testing/contracts/ledger-model.ts";
import {
  makePeerStoreSubject,
  needsSqlite,
  sqliteMissing,
} from "./sqlite-peer-subjects.contract.ts";

const RUNS = Number(process.env["LEDGER_MODEL_RUNS"] ?? 20);

test.skipIf(sqliteMissing !== undefined)(
  `[LG13] [LG19] [LG28] [LG30] [LG31] histories with private work, ${needsSqlite}`,
  async () => {
    const counts = await checkLedgerModel(() => makePeerStoreSubject(false), RUNS);
    console.log("ledger over SQLite:", counts);
    expect(counts.histories).toBe(RUNS);
  },
  60_000 + RUNS * 3_000,
);
