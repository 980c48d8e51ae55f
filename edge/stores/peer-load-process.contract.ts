/**
 * The process that a crash test kills: it opens a peer's database and makes the steps of a load.
 *
 * Writes `opened`, then for each step `committed` when SQLite has said so and the step's number
 * when the store has, each at once. A storage error ends it with a line `refused KIND`; it
 * never closes the database. Runs on Deno.
 */

import { writeSync } from "node:fs";
import process from "node:process";
import { type LoadOrder, runStep, watchStatements } from "./peer-load.contract.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { peerSchema } from "./sqlite-peer-rows.ts";
import { createSqlitePeerStore } from "./sqlite-peer-store.ts";

const order = JSON.parse(process.argv[2] ?? "") as LoadOrder;
const say = (line: string): void => void writeSync(1, `${line}\n`);

function kill(): void {
  process.kill(process.pid, "SIGKILL");
}

const opened = openSqliteDatabase(
  { path: order.path, bytesMax: 2 ** 30, lockWaitMsMax: 50 },
  peerSchema,
);
if (opened.ok) {
  say("opened");
  opened.value.prepare(`PRAGMA wal_autocheckpoint = ${order.checkpointPages}`).get();
  let [step, boundary] = [order.from, 0];
  const store = createSqlitePeerStore(watchStatements(opened.value, (sql, when) => {
    if (sql === "COMMIT" && when === "after") say("committed");
    boundary += 1;
    if (order.kill === undefined || step < order.kill.fromStep) return;
    if (boundary === order.kill.boundary) kill();
  }));
  for (; step < order.until; step += 1) {
    boundary = 0;
    const result = await runStep(store, order.seed, step);
    if (!result.ok && result.error.kind.startsWith("storage-")) {
      say(`refused ${result.error.kind}`);
      break;
    }
    say(String(step));
  }
  kill();
} else {
  say(`refused ${opened.error.kind}`);
}
