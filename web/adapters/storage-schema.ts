/**
 * The stores of this device's one database, and how an older database becomes this one.
 *
 * An upgrade is never edited once released: a change is the next one in the table.
 */

export const DATABASE_NAME = "conclave";

/** The setting that says that the browser threw an earlier database away, and why. */
export const DATA_LOSS = "data-loss";

/** Store names and the indexes of each. */
export interface StoreIndexes {
  /** {@link RoomRow} by roomId. */
  readonly rooms: never;
  /** A room's log by [roomId, seq]. */
  readonly entries: "by-id";
  /** InputRecord by arrival order. */
  readonly inputs: "by-id" | "by-key" | "by-phase" | "by-room" | "by-session";
  /** ReceiptRecord by inputId. */
  readonly receipts: never;
  /** SegmentRecord by [roomId, persona, index]. */
  readonly segments: never;
  /** SessionRecord by [roomId, persona]. */
  readonly sessions: never;
  /** OutboxRecord by order; orders are never given twice. */
  readonly outbox: "by-entry" | "by-room";
  /** CheckpointRow by roomId. */
  readonly checkpoints: never;
  /** { key, value } by key. */
  readonly settings: never;
  /** SharedRoomRow by roomId: the link of a shared room and this device's keys in it. */
  readonly "shared-rooms": never;
  /** PositionRow by roomId: where this device is in a shared room's log. */
  readonly positions: never;
  /** Non-extractable keys of this origin, { name, key } by name. */
  readonly "origin-keys": never;
}

export type StoreName = keyof StoreIndexes;

/** Upgrade n brings version n to n + 1. Runs inside `transaction`, the version change. */
export type Upgrade = (database: IDBDatabase, transaction: IDBTransaction) => void;

export const upgrades: readonly Upgrade[] = [
  function toVersion1(database) {
    database.createObjectStore("rooms", { keyPath: "roomId" });
    database.createObjectStore("entries", { keyPath: ["roomId", "seq"] })
      .createIndex("by-id", ["roomId", "id"], { unique: true });
    const inputs = database.createObjectStore("inputs", { keyPath: "order", autoIncrement: true });
    inputs.createIndex("by-id", "id", { unique: true });
    inputs.createIndex("by-key", "idempotencyKey", { unique: true });
    inputs.createIndex("by-phase", "phase");
    inputs.createIndex("by-room", "roomId");
    database.createObjectStore("receipts", { keyPath: "inputId" });
    database.createObjectStore("segments", { keyPath: ["roomId", "persona", "index"] });
    database.createObjectStore("outbox", { keyPath: "order", autoIncrement: true })
      .createIndex("by-entry", ["roomId", "entry.id"], { unique: true });
    database.createObjectStore("checkpoints", { keyPath: "roomId" });
    database.createObjectStore("settings", { keyPath: "key" });
  },
  function toVersion2(database, transaction) {
    transaction.objectStore("outbox").createIndex("by-room", "roomId");
    database.createObjectStore("shared-rooms", { keyPath: "roomId" });
    database.createObjectStore("positions", { keyPath: "roomId" });
    database.createObjectStore("origin-keys", { keyPath: "name" });
  },
  function toVersion3(database, transaction) {
    database.createObjectStore("sessions", { keyPath: ["roomId", "persona"] });
    const inputs = transaction.objectStore("inputs");
    inputs.createIndex("by-session", ["roomId", "persona"]);
    completeInputs(inputs);
  },
];

/** Inputs of before there was private work are turns' (ST27); a failure aborts the upgrade. */
function completeInputs(inputs: IDBObjectStore): void {
  const cursors = inputs.openCursor();
  cursors.onsuccess = () => {
    const cursor = cursors.result;
    if (cursor === null) return;
    const row = cursor.value as Readonly<Record<string, unknown>>;
    const isHuman = row["human"] === true;
    const canMerge = row["kind"] === "prompt" || row["kind"] === "flow-step";
    const isMerged = canMerge && isHuman && row["attempt"] === 0;
    cursor.update({
      ...row,
      header: {
        origin: { kind: isHuman ? "person" : "room" },
        durability: "durable",
        visibility: { prompt: true, person: true },
      },
      admission: {
        version: 1,
        apply: "run",
        wakes: true,
        queue: isMerged ? "merge" : "fifo",
        consume: "end",
        records: false,
      },
      // What it went through since is not known.
      moves: [{ at: row["createdAt"], from: "new", to: "queued" }],
    });
    cursor.continue();
  };
}

export const DATABASE_VERSION = upgrades.length;

/** All compound keys that start with `parts`; arrays sort after every other key. */
export function keysUnder(...parts: readonly string[]): IDBKeyRange {
  return IDBKeyRange.bound([...parts], [...parts, []]);
}
