/** The SQLite store beside a bare insert of its own transaction, under the same pragmas. */

import { join } from "node:path";
import { openSqliteDatabase, type SqliteSchema } from "../../../edge/stores/sqlite-database.ts";
import { peerSchema } from "../../../edge/stores/sqlite-peer-rows.ts";
import { createSqlitePeerStore } from "../../../edge/stores/sqlite-peer-store.ts";
import type { Place } from "./measure-round.ts";
import { segmentRows } from "./store-calls.ts";

const plainSchema: SqliteSchema = {
  applicationId: 0x42454e43,
  upgrades: ["CREATE TABLE plain (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT"],
};

/** Both files stand in `folder`; the process has them until it ends. */
export function openSqlitePlace(folder: string): Place {
  const open = (name: string, schema: SqliteSchema) => {
    const limits = { bytesMax: 2 ** 33, lockWaitMsMax: 5_000 };
    const opened = openSqliteDatabase({ path: join(folder, name), ...limits }, schema);
    if (!opened.ok) throw new Error(`Cannot open ${name}: ${JSON.stringify(opened.error)}`);
    return opened.value;
  };
  const [own, plain] = [open("peer.db", peerSchema), open("plain.db", plainSchema)];
  const insert = plain.prepare("INSERT INTO plain (key, value) VALUES (?, ?)");
  const add = own.prepare(
    "INSERT INTO segments (room, persona, position, body_json) VALUES (?, ?, ?, ?)",
  );
  const read = own.prepare("SELECT * FROM segments WHERE persona = ? ORDER BY position");
  const store = createSqlitePeerStore(own);
  return {
    store,
    putPlain(key, row) {
      insert.run(key, JSON.stringify(row));
      return Promise.resolve();
    },
    fillLog(persona, count) {
      own.exec("BEGIN IMMEDIATE");
      for (const { roomId, index, body } of segmentRows(persona, count)) {
        add.run(roomId, persona, index, JSON.stringify(body));
      }
      own.exec("COMMIT");
      return Promise.resolve();
    },
    readPlain: (persona) => Promise.resolve(read.all(persona).length),
    async close() {
      plain.close();
      await store.close();
    },
  };
}
