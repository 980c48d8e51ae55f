/**
 * The stored records of a device's sessions: read once, changed one at a time.
 *
 * Owns the reading and writing. Does not own what a record means (shared/session).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO60  What is set of a session outlives the page; two changes at once both stay.
 *   HO61  A record that cannot be read is not overwritten: the session runs without tools, and
 *         setting anything is refused.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { PeerStore, SessionRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import {
  decodeSessionBody,
  emptySessionBody,
  encodeSessionBody,
  type SessionBody,
} from "../../session/children/session-body.ts";

/** A record with its body readable. */
export interface ReadRecord {
  readonly state: SessionRecord["state"];
  readonly parent: string | undefined;
  readonly body: SessionBody;
  /** What is wrong with the stored body; `body` is empty then. */
  readonly damage: string | undefined;
}

const fresh: ReadRecord = {
  state: "active",
  parent: undefined,
  body: emptySessionBody,
  damage: undefined,
};

export interface SessionRecords {
  /** Of a session without a record: an active one without settings. */
  read(ref: SessionRef, signal: AbortSignal): Promise<Result<ReadRecord, StorageError>>;
  /** Changes what of the settings is stored then. */
  set(
    ref: SessionRef,
    settings: Partial<SessionBody>,
    signal: AbortSignal,
  ): Promise<Result<ReadRecord, StorageError>>;
  /** Changes the life of a session; what is so already succeeds. */
  change(
    operation: "pause" | "resume" | "stop" | "recycle",
    ref: SessionRef,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
}

/** Of the ledger, which owns the life of sessions. */
export type RecordLedger = Pick<Ledger, "callSession" | "saveSession">;

export function createSessionRecords(
  store: Pick<PeerStore, "sessions">,
  ledger: RecordLedger,
): SessionRecords {
  let last: Promise<unknown> = Promise.resolve();

  const read: SessionRecords["read"] = async ({ roomId, persona }, signal) => {
    const records = await store.sessions(roomId, signal);
    if (!records.ok) return records;
    const record = records.value.find((one) => one.persona === persona);
    return ok(record === undefined ? fresh : toRead(record));
  };
  const write: SessionRecords["set"] = async (ref, settings, signal) => {
    const before = await read(ref, signal);
    if (!before.ok) return before;
    if (before.value.damage !== undefined) { // HO61
      const detail = `the record of session ${ref.persona}: ${before.value.damage}`;
      return err({ kind: "storage-corrupt", detail });
    }
    const { parent } = before.value;
    const body = { ...before.value.body, ...settings };
    const { roomId, persona } = ref;
    const kept = parent === undefined ? {} : { parent };
    const record = { roomId, persona, ...kept, body: encodeSessionBody(body) };
    const saved = await ledger.saveSession(record, signal);
    return saved.ok ? ok({ ...before.value, body }) : saved;
  };

  return {
    read,
    set(ref, settings, signal) {
      const mine = last.then(() => write(ref, settings, signal)); // HO60
      // Absorbed here for the next in line; who asked still hears it.
      last = mine.catch(() => undefined);
      return mine;
    },
    async change(operation, ref, signal) {
      const called = await ledger.callSession(operation, ref, signal);
      if (called.ok) return ok(undefined);
      const { error } = called;
      const isSo = error.kind === "session-state-wrong" && error.state === stateAfter[operation];
      return isSo ? ok(undefined) : err(toStorageError(error));
    },
  };
}

const stateAfter = {
  pause: "paused",
  resume: "active",
  stop: "stopped",
  recycle: "active",
} as const;

function toStorageError(error: { readonly kind: string }): StorageError {
  switch (error.kind) {
    case "storage-full":
    case "storage-denied":
    case "storage-corrupt":
    case "storage-failed":
    case "storage-lost":
      return error as StorageError;
    default:
      return { kind: "storage-failed", detail: `the session's life: ${error.kind}` };
  }
}

function toRead({ state, parent, body }: SessionRecord): ReadRecord {
  const decoded = decodeSessionBody(body);
  return decoded.ok
    ? { state, parent, body: decoded.value, damage: undefined }
    : { state, parent, body: emptySessionBody, damage: decoded.error };
}
