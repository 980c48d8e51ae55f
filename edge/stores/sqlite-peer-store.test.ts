/** Runs on Deno and on Node from 22.13; elsewhere the titles say why they are left out. */

import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { describePeerStoreContract } from "#shared/testing/contracts/describe-contract.ts";
import { openSqlitePeerStore } from "./sqlite-peer-store.ts";
import {
  makePath,
  makePeerStoreSubject,
  needsSqlite,
  optionsFor,
  sqliteMissing,
} from "./sqlite-peer-subjects.contract.ts";

describe.skipIf(sqliteMissing !== undefined)(needsSqlite, () => {
  describePeerStoreContract("peer store in SQLite", () => makePeerStoreSubject(false));
  describePeerStoreContract(
    "peer store in SQLite, each handle after a restart",
    () => makePeerStoreSubject(true),
  );
});

test.skipIf(sqliteMissing === undefined)(
  "[ST16] a runtime without SQLite is refused by name, and no file is made",
  () => {
    const path = makePath();
    const failure = { ok: false, error: { kind: "sqlite-missing" } };
    expect(openSqlitePeerStore(optionsFor(path))).toEqual(failure);
    expect(existsSync(path)).toBe(false);
  },
);
