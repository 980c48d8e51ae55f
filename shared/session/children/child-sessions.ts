/**
 * Child sessions: what a session does with its children, over the store and the ledger.
 *
 * Owns the records of children and the words that go to them. Does not own the decisions
 * (child-registry.ts), their runs (hosting performs them like any other input) nor their logs.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC126 A child is durable before its parent hears of it, and its task before it runs; a crash
 *         between the two is mended by the same call.
 *   SC127 Nobody reaches another's child: it is not found, as one that never was.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { Admitted } from "../../ledger/ledger.ts";
import type { PrivateCandidate, SessionRef } from "../../ledger/private-work.ts";
import type { PeerStore, SessionRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { SessionInfo } from "../control/requests.ts";
import type { SegmentEntry } from "../log/segments.ts";
import type { ToolRefused } from "../tools/tool.ts";
import { childrenOf, decideSpawn, describeSession, type SpawnAsk } from "./child-registry.ts";
import { childLimits as limits } from "./limits.ts";
import { decodeSessionBody, emptySessionBody } from "./session-body.ts";

export interface ChildSessionsDeps {
  readonly store: Pick<PeerStore, "sessions">;
  /** Stores an active session; the ledger owns what becomes of it. */
  readonly save: (
    session: Omit<SessionRecord, "state">,
    signal: AbortSignal,
  ) => Promise<Result<unknown, StorageError>>;
  /** The ledger's words for a refusal are told as they are. */
  readonly admit: (
    candidate: PrivateCandidate,
    signal: AbortSignal,
  ) => Promise<Result<Admitted, { readonly kind: string }>>;
  /** Ends its run and its private work, and keeps its log. */
  readonly stop: (
    child: SessionRef,
    signal: AbortSignal,
  ) => Promise<Result<unknown, { readonly kind: string }>>;
  readonly statusOf: (ref: SessionRef) => "idle" | "running" | "paused" | undefined;
  /** Entries of a session's log from `index` on. */
  readonly readLog: (
    ref: SessionRef,
    fromIndex: number,
    signal: AbortSignal,
  ) => Promise<Result<readonly SegmentEntry[], StorageError>>;
}

export interface ChildOutput {
  readonly text: string;
  /** Reading on begins here. */
  readonly nextIndex: number;
  readonly state: SessionInfo["state"];
}

export interface ChildSessions {
  spawn(parent: SessionRef, ask: SpawnAsk, signal: AbortSignal): Promise<ChildResult<string>>;
  /** Another task for a child; resolves when it is durable. */
  send(
    parent: SessionRef,
    given: { readonly callId: string; readonly child: string; readonly text: string },
    signal: AbortSignal,
  ): Promise<ChildResult<void>>;
  /** What the child said from `fromIndex` of its log on; without one the newest of it. */
  readOutput(
    parent: SessionRef,
    given: { readonly child: string; readonly fromIndex?: number | undefined },
    signal: AbortSignal,
  ): Promise<ChildResult<ChildOutput>>;
  /** Works for a child that is not reached too. */
  stop(parent: SessionRef, child: string, signal: AbortSignal): Promise<ChildResult<void>>;
  list(parent: SessionRef, signal: AbortSignal): Promise<ChildResult<readonly SessionInfo[]>>;
}

type ChildResult<T> = Result<T, ToolRefused>;

export function createChildSessions(deps: ChildSessionsDeps): ChildSessions {
  const { store } = deps;

  const recordsOf = async (
    roomId: string,
    signal: AbortSignal,
  ): Promise<ChildResult<readonly SessionRecord[]>> => told(await store.sessions(roomId, signal));

  const find = async (
    parent: SessionRef,
    child: string,
    signal: AbortSignal,
  ): Promise<ChildResult<{ record: SessionRecord; records: readonly SessionRecord[] }>> => {
    const records = await recordsOf(parent.roomId, signal);
    if (!records.ok) return records;
    const record = childrenOf(records.value, parent.persona).find((one) => one.persona === child);
    if (record === undefined) return err({ kind: "not-found", detail: child }); // SC127
    return ok({ record, records: records.value });
  };

  const admitTask = async (
    parent: SessionRef,
    child: string,
    given: { readonly key: string; readonly text: string },
    signal: AbortSignal,
  ): Promise<ChildResult<void>> => {
    const admitted = await deps.admit({
      roomId: parent.roomId,
      persona: child,
      kind: "flow-step",
      idempotencyKey: given.key,
      header: {
        origin: { kind: "session", session: parent.persona },
        durability: "durable",
        visibility: { prompt: true, person: true },
        correlationId: given.key,
      },
      work: { kind: "task", text: given.text },
      human: false,
      segments: [],
    }, signal);
    return admitted.ok ? ok(undefined) : told(admitted);
  };

  return {
    async spawn(parent, ask, signal) {
      const records = await recordsOf(parent.roomId, signal);
      if (!records.ok) return records;
      const own = records.value.find((one) => one.persona === parent.persona);
      const body = own === undefined ? ok(emptySessionBody) : decodeSessionBody(own.body);
      if (!body.ok) return err({ kind: "tool-failed", detail: `this session: ${body.error}` });
      const decided = decideSpawn({ ...parent, body: body.value }, records.value, ask);
      if (!decided.ok) return decided;
      const { child } = decided.value;
      if (decided.value.kind === "new") { // SC126
        const saved = await deps.save(decided.value.record, signal);
        if (!saved.ok) return told(saved);
      }
      const key = `${parent.roomId}/${child}/task`;
      const sent = await admitTask(parent, child, { key, text: ask.task.trim() }, signal);
      return sent.ok ? ok(child) : sent;
    },
    async send(parent, { callId, child, text }, signal) {
      const found = await find(parent, child, signal);
      if (!found.ok) return found;
      const words = text.trim();
      if (words === "" || words.length > limits.taskCharsMax) {
        const detail = `a task has 1 to ${limits.taskCharsMax} characters`;
        return err({ kind: "arguments-invalid", detail });
      }
      return await admitTask(parent, child, { key: callId, text: words }, signal);
    },
    async readOutput(parent, { child, fromIndex }, signal) {
      const found = await find(parent, child, signal);
      if (!found.ok) return found;
      const { record, records } = found.value;
      const ref = { roomId: parent.roomId, persona: child };
      const entries = await deps.readLog(ref, fromIndex ?? 0, signal);
      if (!entries.ok) return told(entries);
      const { state } = describeSession(record, records, () => deps.statusOf(ref));
      const output = fromIndex === undefined
        ? newestOutput(entries.value)
        : outputOf(entries.value, fromIndex);
      return ok({ ...output, state });
    },
    async stop(parent, child, signal) {
      const found = await find(parent, child, signal);
      if (!found.ok) return found;
      const stopped = await deps.stop({ roomId: parent.roomId, persona: child }, signal);
      return stopped.ok ? ok(undefined) : told(stopped);
    },
    async list(parent, signal) {
      const records = await recordsOf(parent.roomId, signal);
      if (!records.ok) return records;
      const { roomId } = parent;
      const statusOf = (persona: string) => deps.statusOf({ roomId, persona });
      const own = childrenOf(records.value, parent.persona);
      return ok(own.map((record) => describeSession(record, records.value, statusOf)));
    },
  };
}

/** The newest answers that fit one reading, whole, in order. */
function newestOutput(
  entries: readonly SegmentEntry[],
): Pick<ChildOutput, "nextIndex" | "text"> {
  const said = entries.flatMap(({ body }) => body.kind === "said" ? [body.text] : []);
  let chars = 0;
  let first = said.length;
  while (first > 0) {
    chars += said[first - 1]?.length ?? 0;
    if (chars > limits.outputCharsMax && first < said.length) break;
    first -= 1;
  }
  const last = entries.at(-1);
  return {
    text: said.slice(first).join("\n\n"),
    nextIndex: last === undefined ? 0 : last.index + 1,
  };
}

/** Whole answers, within the limit of one reading; the rest is read from `nextIndex` on. */
function outputOf(
  entries: readonly SegmentEntry[],
  fromIndex: number,
): Pick<ChildOutput, "nextIndex" | "text"> {
  const texts: string[] = [];
  let chars = 0;
  let nextIndex = fromIndex;
  for (const { index, body } of entries) {
    const text = body.kind === "said" ? body.text : "";
    if (texts.length > 0 && chars + text.length > limits.outputCharsMax) break;
    if (text !== "") texts.push(text);
    chars += text.length;
    nextIndex = index + 1;
  }
  return { text: texts.join("\n\n"), nextIndex };
}

function told<T>(result: Result<T, { readonly kind: string }>): ChildResult<T> {
  return result.ok ? result : err({ kind: "tool-failed", detail: result.error.kind });
}
