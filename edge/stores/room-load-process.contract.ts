/**
 * The process that a crash test of the shared rooms kills: it opens their database, in which the
 * room's keys are, and makes the steps of a load. Speaks as peer-load-process.contract.ts does.
 */

import { writeSync } from "node:fs";
import process from "node:process";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import { watchStatements } from "./peer-load.contract.ts";
import { createRoomHints } from "./room-hints.ts";
import { createRoomKeyVault, VAULT_KEY_BYTES } from "./room-key-vault.ts";
import { type RoomLoadOrder, runRoomStep } from "./room-load.contract.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { roomSchema } from "./sqlite-room-rows.ts";
import { createSqliteSharedRooms } from "./sqlite-shared-rooms.ts";

const order = JSON.parse(process.argv[2] ?? "") as RoomLoadOrder;
const say = (line: string): void => void writeSync(1, `${line}\n`);

const options = { path: order.path, bytesMax: 2 ** 30, lockWaitMsMax: 50 };
const opened = openSqliteDatabase(options, roomSchema);
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
say("opened");
opened.value.prepare("PRAGMA wal_autocheckpoint = 8").get();

let [step, boundary] = [order.from, 0];
const database = watchStatements(opened.value, (sql, when) => {
  if (sql === "COMMIT" && when === "after") say("committed");
  boundary += 1;
  if (order.kill === undefined || step < order.kill.fromStep) return;
  if (boundary === order.kill.boundary) process.kill(process.pid, "SIGKILL");
});
const vault = await createRoomKeyVault(createWebCrypto(), new Uint8Array(VAULT_KEY_BYTES));
const store = createSqliteSharedRooms(database, { vault, hints: createRoomHints() });
for (; step < order.until; step += 1) {
  boundary = 0;
  const result = await runRoomStep(store, order.seed, step);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  say(String(step));
}
