/** Runs on Deno and on Node from 22.13; elsewhere the titles say why they are left out. */

import { describe } from "vitest";
import { describePeerStoreContract } from "#shared/testing/contracts/describe-contract.ts";
import {
  makePeerStoreSubject,
  needsSqlite,
  sqliteMissing,
} from "./sqlite-peer-subjects.contract.ts";

describe.skipIf(sqliteMissing !== undefined)(needsSqlite, () => {
  describePeerStoreContract("peer store in SQLite", () => makePeerStoreSubject(false));
  describePeerStoreContract(
    "peer store in SQLite, each handle after a restart",
    () => makePeerStoreSubject(true),
  );
});
