/**
 * A shared room as a RoomLog: reads the mirror, appends through the outbox.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY58  Appending stores a row, and resolves when the relay has ordered it and it is mirrored.
 */

import { createLatch } from "../base/latch.ts";
import { err, ok } from "../base/result.ts";
import { sha256Bytes } from "../base/stable-key.ts";
import { encodeBase64Url } from "../crypto/base64url.ts";
import type { OutboxStore } from "../ports/peer-store.ts";
import type { LogEntry, RoomLog } from "../ports/room-log.ts";
import { linkLimits as limits } from "./link-limits.ts";

export interface SharedRoomLogDeps {
  readonly roomId: string;
  readonly outbox: OutboxStore;
  readonly mirror: RoomLog;
}

const ID_BYTES = 16;
const encoder = new TextEncoder();

/** As `entryIdOf` of shared/crypto, without its async port: any tab appends, few have a link. */
export function sharedEntryId(localId: string, part: number): string {
  return encodeBase64Url(
    sha256Bytes(encoder.encode(`entry-id|${localId}|${part}`)).slice(0, ID_BYTES),
  );
}

export function createSharedRoomLog(deps: SharedRoomLogDeps): RoomLog {
  const { roomId, outbox, mirror } = deps;

  /** The mirrored entry among those after `from`, or the seq up to which there is none. */
  const find = async (ids: ReadonlySet<string>, from: number, signal: AbortSignal) => {
    for (let after = from;;) {
      const page = await mirror.read(after, limits.mirrorEntriesMax, signal);
      if (!page.ok) return page;
      const found = page.value.find((entry) => ids.has(entry.id) && !isPart(entry));
      if (found !== undefined) return ok(found);
      const last = page.value.at(-1);
      if (last === undefined || page.value.length < limits.mirrorEntriesMax) {
        return ok(last?.seq ?? after);
      }
      after = last.seq;
    }
  };

  return {
    read: (afterSeq, entriesMax, signal) => mirror.read(afterSeq, entriesMax, signal),
    head: (signal) => mirror.head(signal),
    subscribe: (onHint) => mirror.subscribe(onHint),
    async append(entry, signal) {
      const bell = createLatch();
      using _hints = mirror.subscribe(() => bell.ring());
      const parts = Array.from({ length: limits.appendPartsMax }, (_, part) => part);
      const ids = new Set(parts.map((part) => sharedEntryId(entry.id, part)));
      // An id that is known gives the first entry, as any log does.
      const known = await find(ids, 0, signal);
      if (!known.ok) return known;
      if (typeof known.value !== "number") return ok(known.value);
      const added = await outbox.addOutbox({ roomId, entry }, signal);
      if (!added.ok) return added;
      for (let from = 0;;) {
        // Asked first: a row that is gone was mirrored before it went.
        const rows = await outbox.outbox(roomId, Number.MAX_SAFE_INTEGER, signal);
        if (!rows.ok) return rows;
        const found = await find(ids, from, signal);
        if (!found.ok) return found;
        if (typeof found.value !== "number") return ok(found.value); // SY58
        from = Math.min(found.value, await headOf(mirror, found.value, signal));
        if (!rows.value.some((row) => row.entry.id === entry.id)) {
          // A new epoch may have put it further back than was looked.
          const anywhere = await find(ids, 0, signal);
          if (!anywhere.ok) return anywhere;
          if (typeof anywhere.value !== "number") return ok(anywhere.value);
          return err({ kind: "storage-failed", detail: "the relay refused the entry" });
        }
        await bell.wait(signal);
      }
    },
  };
}

/** A new epoch's mirror may be shorter: then everything is looked at anew. */
async function headOf(mirror: RoomLog, seen: number, signal: AbortSignal): Promise<number> {
  const head = await mirror.head(signal);
  return head.ok && head.value >= seen ? seen : 0;
}

function isPart({ body }: LogEntry): boolean {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "part";
}
