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
  /** Changes state or body of what is stored then. */
  change(
    ref: SessionRef,
    patch: { readonly state?: SessionRecord["state"]; readonly body?: Partial<SessionBody> },
    signal: AbortSignal,
  ): Promise<Result<ReadRecord, StorageError>>;
}

export function createSessionRecords(
  store: Pick<PeerStore, "saveSession" | "sessions">,
): SessionRecords {
  let last: Promise<unknown> = Promise.resolve();

  const read: SessionRecords["read"] = async ({ roomId, persona }, signal) => {
    const records = await store.sessions(roomId, signal);
    if (!records.ok) return records;
    const record = records.value.find((one) => one.persona === persona);
    return ok(record === undefined ? fresh : toRead(record));
  };
  const write: SessionRecords["change"] = async (ref, patch, signal) => {
    const before = await read(ref, signal);
    if (!before.ok) return before;
    if (before.value.damage !== undefined) { // HO61
      const detail = `the record of session ${ref.persona}: ${before.value.damage}`;
      return err({ kind: "storage-corrupt", detail });
    }
    const { parent } = before.value;
    const state = patch.state ?? before.value.state;
    const body = { ...before.value.body, ...patch.body };
    const saved = await store.saveSession({
      ...ref,
      ...parent === undefined ? {} : { parent },
      state,
      body: encodeSessionBody(body),
    }, signal);
    return saved.ok ? ok({ state, parent, body, damage: undefined }) : saved;
  };

  return {
    read,
    change(ref, patch, signal) {
      const mine = last.then(() => write(ref, patch, signal)); // HO60
      // Absorbed here for the next in line; who asked still hears it.
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function toRead({ state, parent, body }: SessionRecord): ReadRecord {
  const decoded = decodeSessionBody(body);
  return decoded.ok
    ? { state, parent, body: decoded.value, damage: undefined }
    : { state, parent, body: emptySessionBody, damage: decoded.error };
}
