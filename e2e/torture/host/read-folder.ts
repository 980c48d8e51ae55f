/**
 * `deno run -A read-folder.ts FOLDER`: prints what a host that has ended left on its disk, as JSON.
 */

import process from "node:process";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import { openHostFolder } from "../../../edge/host/host-folder.ts";
import type { LogRow } from "../history.ts";

export interface FolderFound {
  readonly rows: readonly LogRow[];
  /** Not ended. Others, such as of memory, are the next start's. */
  readonly inputsOfTurns: number;
  readonly outboxRows: number;
}

const ROWS_MAX = 100_000;
const [, , folder = "", roomId = ""] = process.argv;

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const opened = valueOf(await openHostFolder(folder, createWebCrypto()));
const { signal } = new AbortController();
const entries = valueOf(await opened.rooms.logOf(roomId).read(0, ROWS_MAX, signal));
const inputs = valueOf(await opened.store.liveInputs(signal));
const outbox = valueOf(await opened.store.outbox(roomId, ROWS_MAX, signal));
const found: FolderFound = {
  rows: entries.map(({ seq, id }) => ({ seq, id })),
  inputsOfTurns: inputs.filter(({ turn }) => turn > 0).length,
  outboxRows: outbox.length,
};
await opened.close();
console.log(JSON.stringify(found));
