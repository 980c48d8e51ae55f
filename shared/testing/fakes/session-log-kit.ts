/** A session's log over the memory store, with what a test wants to see and disturb. */

import { toEpochMs } from "../../base/brands.ts";
import { ok, type Result } from "../../base/result.ts";
import type { SegmentAppend, SegmentRecord } from "../../ports/peer-store.ts";
import type { SessionSnapshot } from "../../session/control/events.ts";
import { createSessionLog, type SessionLogDeps } from "../../session/log/create-session-log.ts";
import { decodeSegment } from "../../session/log/decode-segment.ts";
import type { FoldOptions } from "../../session/log/fold-log.ts";
import { type SegmentLimits, segmentLimits } from "../../session/log/limits.ts";
import type { SessionLog } from "../../session/log/session-log.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryPeerStore } from "./memory-peer-store.ts";
import { RecordingLog } from "./recording-log.ts";

const { signal } = new AbortController();

/** The value of a result that a test takes for granted. */
export function valueIn<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`Cannot go on: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** What is known of a session at the start. */
export const described: Pick<SessionSnapshot, "greeting" | "status" | "inputs" | "rules"> = {
  greeting: {
    session: "ada",
    name: "Ada",
    parent: undefined,
    modelId: undefined,
    lane: undefined,
    contextTokens: 0,
    tools: [],
  },
  status: { phase: "idle", revision: 0 },
  inputs: [],
  rules: [],
};

export interface LogWorld {
  readonly store: MemoryPeerStore;
  readonly log: SessionLog;
  readonly limits: SegmentLimits;
  readonly trace: RecordingLog;
  /** The most rows of one reading. */
  readonly held: { rowsMax: number };
  /** Appends as somebody else: the log is not told. */
  write(store: MemoryPeerStore, bodies: readonly unknown[]): Promise<void>;
  /** Every entry in the store: what it said, or its kind. */
  stored(): Promise<readonly string[]>;
  /** The log of a process that starts now. */
  reopen(): Promise<SessionLog>;
}

export interface LogWorldOptions {
  readonly fold?: FoldOptions;
  readonly limits?: SegmentLimits;
  /** What is read instead of the store's, for logs that are long. */
  readonly rows?: readonly SegmentRecord[];
  /** Called before each append of the log reaches the store. */
  readonly beforeAppend?: (world: Pick<LogWorld, "store" | "write">) => Promise<void>;
}

export function logWorld(options: LogWorldOptions = {}): LogWorld {
  const store = new MemoryPeerStore();
  const trace = new RecordingLog();
  const held = { rowsMax: 0 };
  const { limits = segmentLimits, fold } = options;
  const write: LogWorld["write"] = async (to, bodies) => {
    const append: SegmentAppend = { roomId: "room", persona: "ada", bodies };
    valueIn(await to.appendSegments(append, signal));
  };
  const deps: SessionLogDeps = {
    roomId: "room",
    session: "ada",
    store: {
      async segments(roomId, persona, fromIndex, segmentsMax, wait) {
        const read = options.rows === undefined
          ? await store.segments(roomId, persona, fromIndex, segmentsMax, wait)
          : ok(options.rows.slice(fromIndex, fromIndex + segmentsMax));
        if (read.ok) held.rowsMax = Math.max(held.rowsMax, read.value.length);
        return read;
      },
      async appendSegments(append, wait) {
        await options.beforeAppend?.({ store, write });
        return await store.appendSegments(append, wait);
      },
    },
    clock: new ManualClock({ epochMs: toEpochMs(5_000) }),
    trace,
    describe: () => described,
    limits,
    ...fold === undefined ? {} : { fold },
  };
  return {
    store,
    log: createSessionLog(deps),
    limits,
    trace,
    held,
    write,
    async stored() {
      const rows = valueIn(await store.segments("room", "ada", 0, 1_000_000, signal));
      return rows.map(({ body }) => decodeSegment(body).body)
        .map((body) => body.kind === "said" ? body.text : body.kind);
    },
    async reopen() {
      const log = createSessionLog(deps);
      valueIn(await log.open(signal));
      return log;
    },
  };
}
