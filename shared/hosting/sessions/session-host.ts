/**
 * Session host: every session of this device, by room and persona.
 *
 * Owns which sessions there are, what is told of their inputs, and what children report. Does not
 * own the queue (ledger/), what a session does for itself (session-duties.ts), nor its insides
 * (hosted-session.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO65  Whoever asks reaches sessions of this device alone: its personas in a room and their
 *         children; every other is unknown.
 *   HO66  What is asked of a session in private is answered in its log alone, once; of a turn the
 *         whole room is told.
 *   HO68  What children came to while nobody listened is told when their parent's session opens,
 *         once.
 */

import { createScope } from "../../base/scope.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { InputOrigin, InputRecord, PeerStore } from "../../ports/peer-store.ts";
import type { RoomLog, StorageError } from "../../ports/room-log.ts";
import type { RoomState } from "../../room/room-state.ts";
import {
  childrenOf,
  describeSession,
  parentOf,
  personaOf,
  reportsOf,
} from "../../session/children/child-registry.ts";
import { createChildSessions } from "../../session/children/child-sessions.ts";
import type { SessionDirectory } from "../../session/control/controller-deps.ts";
import type { PermissionAsk } from "../../session/control/events.ts";
import type { SessionReply, SessionRequest } from "../../session/control/requests.ts";
import { decodeSegment } from "../../session/log/decode-segment.ts";
import type { SegmentEntry } from "../../session/log/segments.ts";
import type { Attachment } from "../../session/log/session-log.ts";
import type { SessionStatus } from "../../session/session-status.ts";
import type { EngineService } from "../engine-service.ts";
import type { RoomRecall } from "../room-recall.ts";
import { hostingLimits as limits } from "../limits.ts";
import { createHostedSession, type HostedSession } from "./hosted-session.ts";
import { createPromptMaker } from "./prompt-maker.ts";
import { createRoomReader } from "./room-reader.ts";
import { createSessionDuties } from "./session-duties.ts";
import { type SessionLedger, sessionLedgerOf } from "./session-ledger.ts";
import { createSessionRecords } from "./session-records.ts";
import type { StreamFrame } from "./stream-frame.ts";

export interface SessionHostDeps {
  readonly clock: Clock;
  readonly trace: Log;
  readonly deviceOf: (roomId: string) => string;
  readonly store: PeerStore;
  readonly engine: EngineService;
  readonly recall: RoomRecall;
  /** For the images of prompts. */
  readonly logOf: (roomId: string) => Pick<RoomLog, "read">;
  readonly stateOf: (roomId: string) => RoomState | undefined;
  readonly ledger: SessionLedger;
  readonly onFrame: (frame: StreamFrame) => void;
  readonly onStatus: (ref: SessionRef, status: SessionStatus) => void;
  /** The search for older lines of an input's prompt took so long. */
  readonly onRetrieval: (input: InputRecord, durationMs: number) => void;
  /** Stops a turn's attempt for the whole room (D22); resolves after it is durable. */
  readonly stopTurn: (
    input: InputRecord,
    signal: AbortSignal,
  ) => Promise<Result<void, StorageError>>;
}

/** A call of a session that waits for a person. */
export interface WaitingAsk {
  readonly roomId: string;
  readonly session: string;
  readonly ask: PermissionAsk;
}

/** The sessions of a device, for whoever looks into one. */
export interface Sessions {
  /** Answers a person's request; aborting cancels the wait, what was accepted stays. */
  handle(request: SessionRequest, signal: AbortSignal): Promise<SessionReply>;
  /** Undefined for a session that is not of this device. Empty at first; a `resync` fills it. */
  attach(roomId: string, session: string): Attachment | undefined;
  /** Every call that waits for a person, the oldest first. */
  asks(): readonly WaitingAsk[];
  /** Calls back when `asks` may have changed. */
  subscribe(onAsks: () => void): Disposable;
}

/** Sessions that programs outside may tell something too. */
export interface HostSessions extends Sessions {
  /** As `handle`; its words are recorded as those of `source`, and no person's. */
  handleExternal(
    request: SessionRequest,
    source: string,
    signal: AbortSignal,
  ): Promise<SessionReply>;
}

export interface SessionHost extends HostSessions {
  /** Reads what the stores have of a session; its use would do the same. */
  open(ref: SessionRef, signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Performs an input of the ledger; only its drain calls this. */
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  /** The ledger stored a move of an input. */
  onInput(input: InputRecord): void;
  /** The engine is another than before. */
  onEngine(): void;
  /** Ends what is kept of a room. */
  forgetRoom(roomId: string): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;

export function createSessionHost(deps: SessionHostDeps): SessionHost {
  const { store, ledger, trace } = deps;
  const life = new AbortController();
  const observers = new Set<() => void>();
  const sessions = new Map<string, HostedSession>();
  const records = createSessionRecords(store, ledger);
  const prompts = createPromptMaker(deps);
  const duties = createSessionDuties({ ...deps, summaries: prompts.summaries });
  const reader = createRoomReader(deps.stateOf, deps.recall);
  const scope = createScope(life.signal, (error) => {
    trace.write("error", "session-host-defect", { error: String(error) });
  });

  const statusOf = (ref: SessionRef) => sessions.get(keyOf(ref))?.controller.status().phase;
  const readLog = async (ref: SessionRef, fromIndex: number, inner: AbortSignal) =>
    await readEntries(store, ref, fromIndex, inner);
  const children = createChildSessions({
    store,
    save: (session, inner) => ledger.saveSession(session, inner),
    admit: ledger.admitPrivate,
    stop: (child, inner) => ledger.callSession("stop", child, inner),
    statusOf,
    readLog,
  });

  const directoryOf = (ref: SessionRef): SessionDirectory => {
    const list: SessionDirectory["list"] = async (inner) => {
      const stored = await store.sessions(ref.roomId, inner);
      if (!stored.ok) return stored;
      const own = stored.value.find((one) => one.persona === ref.persona) ??
        { ...ref, state: "active" as const, body: { v: 1, rules: [] } };
      const status = (persona: string) => statusOf({ roomId: ref.roomId, persona });
      return ok(
        [own, ...childrenOf(stored.value, ref.persona)]
          .map((record) => ({
            ...describeSession(record, stored.value, status),
            relation: record.persona === ref.persona ? "self" as const : "child" as const,
          })),
      );
    };
    const childOf = async (session: string, inner: AbortSignal) => {
      const child = of({ roomId: ref.roomId, persona: session });
      const opened = await child.open(inner);
      return opened.ok ? ok(child) : opened;
    };
    return {
      list,
      async inspect(session, inner) {
        const child = await childOf(session, inner);
        if (!child.ok) return child;
        using attached = child.value.controller.attach();
        const { inputs, memory, rules } = attached.snapshot;
        return ok({ inputs, memory, rules });
      },
      async attach(session, inner) {
        const child = await childOf(session, inner);
        if (!child.ok) return child;
        using attached = child.value.controller.attach();
        return ok({ restored: true, snapshot: attached.snapshot });
      },
    };
  };

  const tellParentOf = ({ roomId, persona }: SessionRef) => {
    const parent = parentOf(persona);
    if (parent === undefined) return undefined;
    const parentRef = { roomId, persona: parent };
    return async (
      event: Extract<SessionRequest["call"], { readonly method: "child-event" }>["event"],
      inner: AbortSignal,
    ): Promise<Result<void, { readonly kind: string }>> => {
      const requestId = `told/${persona}/${event.kind === "ended" ? event.runId : event.kind}`;
      const call = { method: "child-event", event } as const;
      const reply = await answer(
        { requestId, roomId, session: parent, call },
        parentRef,
        { kind: "session", session: parent },
        inner,
      );
      return reply.ok ? ok(undefined) : err(reply.error);
    };
  };

  const make = (ref: SessionRef): HostedSession => {
    const hosted = createHostedSession({
      ...{ host: deps, records, prompts, reader, children },
      ledger: sessionLedgerOf(ref, { ledger, store, records }),
      directory: directoryOf(ref),
      tellParent: tellParentOf(ref),
      onAsks() {
        for (const observer of [...observers]) observer();
      },
    }, ref);
    hosted.controller.subscribe((status) => deps.onStatus(ref, status));
    return hosted;
  };

  const of = (ref: SessionRef): HostedSession => {
    const known = sessions.get(keyOf(ref)) ?? make(ref);
    sessions.set(keyOf(ref), known);
    return known;
  };

  /** Opens it and its children's reports the first time. */
  const opened = async (
    ref: SessionRef,
    inner: AbortSignal,
  ): Promise<Result<HostedSession, StorageError>> => {
    const isNew = !sessions.has(keyOf(ref));
    const hosted = of(ref);
    const done = await hosted.open(inner);
    if (!done.ok) return done;
    if (isNew) scope.start((own) => tellReports(ref, own)); // HO68
    return ok(hosted);
  };

  const tellReports = async (ref: SessionRef, inner: AbortSignal): Promise<void> => {
    const stored = await store.sessions(ref.roomId, inner);
    if (!stored.ok) return trace.write("warn", "reports-unread", { kind: stored.error.kind });
    for (const { persona } of childrenOf(stored.value, ref.persona)) {
      const tell = tellParentOf({ roomId: ref.roomId, persona });
      const entries = await readLog({ roomId: ref.roomId, persona }, 0, inner);
      for (const report of entries.ok ? reportsOf(entries.value) : []) {
        await tell?.({ kind: "ended", child: persona, ...report }, inner);
      }
    }
  };

  const answer = async (
    request: SessionRequest,
    ref: SessionRef,
    from: InputOrigin,
    inner: AbortSignal,
  ): Promise<SessionReply> => {
    const { requestId } = request;
    const hosted = await opened(ref, inner);
    if (!hosted.ok) return { requestId, ok: false, error: hosted.error };
    return await hosted.value.controller.handle(request, from, inner);
  };
  /** Of a session of this device alone (HO65). */
  const answerOwn = async (
    request: SessionRequest,
    from: InputOrigin,
    inner: AbortSignal,
  ): Promise<SessionReply> => {
    const ref = { roomId: request.roomId, persona: request.session };
    if (await isOwn(deps, ref, inner)) return await answer(request, ref, from, inner);
    const error = { kind: "session-unknown", session: request.session } as const;
    return { requestId: request.requestId, ok: false, error };
  };

  return {
    async open(ref, inner) {
      const hosted = await opened(ref, inner);
      return hosted.ok ? ok(undefined) : hosted;
    },
    async run(input, inner) {
      const hosted = await opened(input, inner);
      if (hosted.ok) return await hosted.value.controller.run(input, inner);
      const { kind: reason } = hosted.error;
      return { kind: "retry", afterMs: limits.retryMsMin, reason, partialText: undefined };
    },
    async handle(request, inner) {
      const { session, call } = request;
      const isChilds = call.method === "child-event";
      return await answerOwn(
        request,
        isChilds ? { kind: "session", session } : { kind: "person" },
        inner,
      );
    },
    handleExternal: (request, source, inner) =>
      answerOwn(request, { kind: "external", source }, inner),
    attach(roomId, session) {
      const ref = { roomId, persona: session };
      if (!isOwnPersona(deps, ref)) return undefined; // HO65
      const hosted = of(ref);
      scope.start(async (inner) => {
        const open = await opened(ref, inner);
        if (!open.ok) trace.write("warn", "session-not-read", { kind: open.error.kind });
      });
      return hosted.controller.attach();
    },
    asks: () =>
      [...sessions.values()]
        .flatMap(({ ref: { roomId, persona: session }, log }) =>
          log.snapshot().asks.map((ask) => ({ roomId, session, ask }))
        )
        .toSorted((a, b) => a.ask.askedAt - b.ask.askedAt),
    subscribe(onAsks) {
      const observer = (): void => onAsks();
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
    onInput(input) {
      const hosted = sessions.get(keyOf(input));
      if (hosted === undefined) return;
      if (input.phase === "queued") duties.accepted(hosted, input);
      if (input.phase === "queued" || input.phase === "staged") return;
      scope.start(async (inner) => {
        const read = await hosted.log.catchUp(inner);
        if (!read.ok) return trace.write("warn", "log-not-read", { kind: read.error.kind });
        await duties.ended(hosted, input, inner);
      });
    },
    onEngine() {
      for (const hosted of sessions.values()) hosted.onEngine();
    },
    async forgetRoom(roomId) {
      prompts.summaries.forget(roomId);
      for (const [key, hosted] of [...sessions]) {
        if (hosted.ref.roomId !== roomId) continue;
        sessions.delete(key);
        await hosted.controller.close(never);
      }
    },
    async close() {
      const all = [...sessions.values()];
      sessions.clear();
      await Promise.all(all.map(({ controller }) => controller.close(never)));
      life.abort("the host ends");
      await scope.close("the host ends");
    },
  };
}

function keyOf({ roomId, persona }: SessionRef): string {
  return `${roomId}/${persona}`;
}

/** A persona that this device hosts in the room, or a session below one. */
function isOwnPersona({ stateOf, deviceOf }: SessionHostDeps, ref: SessionRef): boolean {
  const persona = stateOf(ref.roomId)?.personas.get(personaOf(ref.persona));
  return persona?.assignment?.device === deviceOf(ref.roomId);
}

async function isOwn(
  deps: SessionHostDeps,
  ref: SessionRef,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isOwnPersona(deps, ref)) return false;
  if (parentOf(ref.persona) === undefined) return true;
  const stored = await deps.store.sessions(ref.roomId, signal);
  return stored.ok && stored.value.some((one) => one.persona === ref.persona);
}

async function readEntries(
  store: Pick<PeerStore, "segments">,
  { roomId, persona }: SessionRef,
  fromIndex: number,
  signal: AbortSignal,
): Promise<Result<readonly SegmentEntry[], StorageError>> {
  const entries: SegmentEntry[] = [];
  for (let from = fromIndex;;) {
    const page = await store.segments(roomId, persona, from, limits.readEntriesMax, signal);
    if (!page.ok) return page;
    for (const row of page.value) entries.push({ index: row.index, ...decodeSegment(row.body) });
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < limits.readEntriesMax) return ok(entries);
    from = last.index + 1;
  }
}
