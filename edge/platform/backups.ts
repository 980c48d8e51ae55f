/**
 * The backups of one server: one at a time, named by when they were begun, the newest few kept.
 *
 * Owns the names and the number. Does not own the copying (edge/stores/sqlite-backup.ts).
 */

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { err, ok } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import type { OperatorDeps } from "../http/operator-app.ts";
import type { SqliteRelayStore } from "../stores/sqlite.ts";

export interface BackupsDeps {
  /** Absolute; made when it is missing. */
  readonly folder: string;
  readonly store: Pick<SqliteRelayStore, "backUp">;
  readonly clock: Pick<Clock, "sleep" | "epochNow">;
  /** Aborts when the server ends: a backup under way is given up. */
  readonly signal: AbortSignal;
}

/** A week of daily ones. */
const KEPT_MAX = 7;
const NAME = /^relay-\d{8}T\d{6}Z\.db$/;

export function createBackups(deps: BackupsDeps): OperatorDeps["backUp"] {
  const { folder, store, clock, signal } = deps;
  let isUnderWay = false;
  return async () => {
    if (isUnderWay) return err({ kind: "under-way" });
    isUnderWay = true;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const time = new Date(clock.epochNow()).toISOString().replace(/[-:]|\.\d+/g, "");
      const path = join(folder, `relay-${time}.db`);
      const made = await store.backUp(path, () => clock.sleep(0, signal));
      if (!made.ok) return made;
      const old = readdirSync(folder).filter((name) => NAME.test(name)).toSorted();
      for (const name of old.slice(0, -KEPT_MAX)) rmSync(join(folder, name));
      return ok({ path, ...made.value });
    } finally {
      isUnderWay = false;
    }
  };
}
