import { err, ok, type Result } from "../../base/result.ts";
import { raceSignal } from "../../base/race.ts";
import { createScope } from "../../base/scope.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { InputOrigin, InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import {
  createSessionController,
  type SessionController,
} from "../../session/control/controller.ts";
import type {
  CompactOutcome,
  ControllerDeps,
  SessionLife,
} from "../../session/control/controller-deps.ts";
import type { SessionEvent } from "../../session/control/events.ts";
import type {
  SessionCall,
  SessionInfo,
  SessionRefusal,
  SessionReply,
} from "../../session/control/requests.ts";
import { createSessionLog } from "../../session/log/create-session-log.ts";
import type { ChildEvent, RunCause, RunResult, SegmentBody } from "../../session/log/segments.ts";
import type { SessionLog } from "../../session/log/session-log.ts";
import { createSession } from "../../session/session.ts";
import type { PermissionRule } from "../../session/tools/tool.ts";
import { valueOf } from "../contracts/contract-case.ts";
import { ControlLedger, storedSegments } from "./control-ledger.ts";
import { forwardingStore } from "./forwarding-store.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryPeerStore } from "./memory-peer-store.ts";
import { RecordingLog } from "./recording-log.ts";
import { ScriptedEngine } from "./scripted-engine.ts";
import { starterProfile } from "./session-kit.ts";

export const person: InputOrigin = { kind: "person" };
export const roomId = "room";
export const session = "ada";
/** What a prefill takes here: time in which nothing has come of a run. */
export const PREFILL_MS = 100;
export const TOKEN_MS = 100;
/** A reply of four tokens. */
export const RUN_MS = 1_000;

export interface ControlOptions {
  /** `every-step`: the process dies behind each request and wait; the stores are what is left. */
  readonly recover?: "never" | "every-step";
  readonly change?: Partial<ControllerDeps>;
  /** `at-end`: a run writes nothing before its end, as one without tools. */
  readonly writes?: "at-start" | "at-end";
  /** Entries that a run appends before it speaks, such as calls. */
  readonly before?: (runId: string) => readonly SegmentBody[];
}

/** What outlives a process. */
interface World {
  readonly clock: ManualClock;
  readonly store: MemoryPeerStore;
  readonly trace: RecordingLog;
  readonly events: SessionEvent[];
  readonly told: ChildEvent[];
  /** Of each prompt: the kinds and words of the log that it was made from. */
  readonly prompts: string[][];
  readonly saved: SessionLife[];
  readonly stopped: string[];
  isParentDeaf: boolean;
  /** Stored states wait for it. */
  saving: Promise<void>;
  stateError: StorageError | undefined;
  stopError: StorageError | undefined;
  compaction: Result<CompactOutcome, SessionRefusal>;
  rules: readonly PermissionRule[];
  ids: number;
}

interface Process {
  readonly controller: SessionController;
  readonly ledger: ControlLedger;
  readonly log: SessionLog;
  kill(): Promise<void>;
}

const causeOf = ({ work, turn, attempt }: InputRecord): RunCause => {
  switch (work?.kind) {
    case undefined:
      return { kind: "turn", turn, attempt };
    case "wake":
    case "note":
    case "compact":
      return { kind: "notes" };
    case "memory":
      return { kind: "memory", job: work.job };
    default:
      return { kind: "task" };
  }
};

/** Today's session, with what a run writes into the log around it. */
async function createRunner(
  world: World,
  store: MemoryPeerStore,
  log: SessionLog,
  options: ControlOptions,
) {
  const { clock } = world;
  const engine = new ScriptedEngine({
    clock,
    prefillMsPerToken: PREFILL_MS,
    tokenMs: TOKEN_MS,
    reply: () => ["I", " am", " here", "."],
  });
  const loading = engine.load(starterProfile, () => undefined, new AbortController().signal);
  await clock.advance(0);
  await clock.advance(100);
  await loading;
  const runner = createSession({
    clock,
    log: world.trace,
    store,
    engine: () => ({ engine, modelId: "starter", lane: "cpu", continuesText: true }),
    buildRequest(input, shrinks) {
      world.prompts.push(log.state().entries.map(({ body }) => wordsOf(body)));
      return Promise.resolve(ok({
        seenSeq: 1,
        request: {
          requestId: `${input.id}/${input.stagedCount}/${shrinks}/${world.prompts.length}`,
          persona: session,
          segments: [{ key: "k", role: "script", text: "word" }],
          continueText: input.partialText,
          stop: [],
          seed: 1,
          temperature: 0,
          topP: 1,
          tokensMax: 64,
        },
      }));
    },
    onFrame: () => undefined,
  });
  const run = async (input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> => {
    const runId = input.id;
    const cause = causeOf(input);
    if (input.work?.kind === "wake" && log.state().unseenNotes.length === 0) {
      return { kind: "ended", outcome: "nothing-new", segments: [] };
    }
    log.publish({ kind: "run-start", runId, cause });
    const asked: readonly SegmentBody[] = input.work?.kind === "task"
      ? [{ kind: "asked", runId, from: "person", text: input.work.text }]
      : [];
    // A run that a crash left open goes on: it began, and was asked, once.
    const isOpen = log.state().openRun?.runId === runId;
    const more = options.before?.(runId) ?? [];
    const begin = isOpen ? [] : [{ kind: "run-start", runId, cause } as const, ...asked, ...more];
    if (options.writes !== "at-end") valueOf(await log.append(begin, signal), "begin");
    const outcome = await runner.run(input, signal);
    const text = outcome.kind === "done" && outcome.settled.outcome.kind === "replied"
      ? outcome.settled.outcome.text
      : undefined;
    const result: RunResult = { kind: outcome.kind === "paused" ? "paused" : "cancelled" };
    log.publish({
      kind: "run-end",
      runId,
      result: text === undefined ? result : { kind: "finished" },
    });
    if (outcome.kind !== "done") return outcome;
    const bodies: readonly SegmentBody[] = [
      ...options.writes === "at-end" ? begin : [],
      { kind: "said", runId, text: text ?? "" },
      { kind: "run-end", runId, result: { kind: "finished" } },
    ];
    const segments = storedSegments(bodies, clock);
    return input.work === undefined
      ? { kind: "done", settled: { ...outcome.settled, segments } }
      : { kind: "ended", outcome: outcome.settled.outcome.kind, segments };
  };
  return { ...runner, run };
}

function wordsOf(body: { readonly kind: string }): string {
  const text = "text" in body ? `:${String(body.text)}` : "";
  return `${body.kind}${text}`;
}

/** One process over the world; killed, its stores never answer it again. */
async function startProcess(world: World, options: ControlOptions): Promise<Process> {
  const { clock, trace } = world;
  const life = new AbortController();
  const guard = (call: () => Promise<unknown>): Promise<unknown> =>
    life.signal.aborted ? new Promise(() => undefined) : call();
  const store = forwardingStore(() => world.store, guard) as MemoryPeerStore;
  const log = createSessionLog({
    roomId,
    session,
    store,
    clock,
    trace,
    describe: () => ({
      greeting: {
        session,
        name: "Ada",
        parent: undefined,
        modelId: undefined,
        lane: undefined,
        contextTokens: 0,
        tools: [],
      },
      status: controller.status(),
      inputs: [],
      rules: world.rules,
    }),
  });
  const publish: SessionLog["publish"] = (event) => {
    if (!life.signal.aborted) world.events.push(event);
    log.publish(event);
  };
  const heard: SessionLog = { ...log, publish };
  const nextId = (): string => `in_${(world.ids += 1)}`;
  const ledger = new ControlLedger({
    store,
    clock,
    roomId,
    persona: session,
    nextId,
    saved: world.saved,
    saving: async () => {
      await guard(() => world.saving);
      return world.stateError;
    },
  });
  const runner = await createRunner(world, store, heard, options);
  const controller: SessionController = createSessionController(
    depsOf(world, { log: heard, ledger, runner }, options),
  );
  const scope = createScope(life.signal, (error) => {
    throw error;
  });
  const { run } = controller;
  // A store of a process that is dead never answers.
  scope.start((signal) => raceSignal(ledger.drain(run, signal), signal));
  valueOf(await controller.open(life.signal), "open");
  return {
    controller,
    ledger,
    log: heard,
    async kill() {
      life.abort("killed");
      await Promise.all([scope.close("killed"), controller.close(new AbortController().signal)]);
    },
  };
}

function depsOf(
  world: World,
  parts: Pick<ControllerDeps, "log" | "runner"> & { readonly ledger: ControlLedger },
  options: ControlOptions,
): ControllerDeps {
  const infos: readonly SessionInfo[] = [session, "ada~1"].map((one) => ({
    session: one,
    parent: one === session ? undefined : session,
    relation: one === session ? "self" : "child",
    state: "idle",
    canRestore: false,
    children: 0,
  }));
  return {
    roomId,
    session,
    clock: world.clock,
    trace: world.trace,
    ...parts,
    directory: {
      list: () => Promise.resolve(ok(infos)),
      inspect: () => Promise.resolve(ok({ inputs: [], memory: [], rules: [] })),
      attach: (one) =>
        Promise.resolve(
          one === "ada~1"
            ? ok({ restored: true, snapshot: parts.log.snapshot() })
            : err({ kind: "session-unknown", session: one }),
        ),
    },
    settings: {
      rules: () => world.rules,
      saveRules: (rules) => Promise.resolve(ok(void (world.rules = rules))),
      tools: () => ["search_room", "remember", "spawn"],
      answerPermission: (callId) => callId === "asked",
    },
    compactionOf: () => world.compaction,
    stopTurn: (input) => {
      if (world.stopError !== undefined) {
        return Promise.resolve(err(world.stopError));
      }
      world.stopped.push(input.id);
      return Promise.resolve(ok(undefined));
    },
    tellParent(event) {
      if (world.isParentDeaf) return Promise.resolve(err({ kind: "deaf" }));
      // As a parent does: one report for each end of a run.
      const isKnown = world.told.some((one) => JSON.stringify(one) === JSON.stringify(event));
      if (!isKnown) world.told.push(event);
      return Promise.resolve(ok(undefined));
    },
    ...options.change,
  };
}

export type ControlKit = Awaited<ReturnType<typeof setupControl>>;

/** A session with its stores, a drain and a scripted engine. */
export async function setupControl(options: ControlOptions = {}) {
  const world: World = {
    clock: new ManualClock(),
    store: new MemoryPeerStore(),
    trace: new RecordingLog(),
    events: [],
    told: [],
    prompts: [],
    saved: [],
    stopped: [],
    isParentDeaf: false,
    saving: Promise.resolve(),
    stateError: undefined,
    stopError: undefined,
    compaction: ok({ kind: "compacted", tokensBefore: 100, tokensAfter: 10 }),
    rules: [],
    ids: 0,
  };
  const { clock } = world;
  let now = await startProcess(world, options);
  let requests = 0;

  const rebuild = async (): Promise<void> => {
    await now.kill();
    now = await startProcess(world, options);
    await clock.advance(0);
  };
  const step = async (): Promise<void> => {
    if (options.recover === "every-step") await rebuild();
  };
  const start = (call: SessionCall, requestId?: string, from = person): Promise<SessionReply> => {
    const id = requestId ?? `rq_${(requests += 1)}`;
    const request = { requestId: id, roomId, session, call };
    return now.controller.handle(request, from, new AbortController().signal);
  };

  return {
    world,
    clock,
    start,
    rebuild,
    get controller() {
      return now.controller;
    },
    get ledger() {
      return now.ledger;
    },
    get log() {
      return now.log;
    },
    /** Asks, and lets `ms` pass for the answer. */
    async ask(call: SessionCall, requestId?: string, from?: InputOrigin, ms = 0) {
      const asked = start(call, requestId, from);
      await clock.advance(ms);
      const reply = await asked;
      await step();
      return reply;
    },
    async wait(ms: number): Promise<void> {
      await clock.advance(ms);
      await step();
    },
    run: (text: string, whenBusy: "queue" | "refuse" = "queue"): SessionCall => ({
      method: "run",
      text,
      whenBusy,
    }),
    phase: () => now.controller.status().phase,
    kinds: () => now.log.state().entries.map(({ body }) => wordsOf(body)),
    results: () =>
      now.log.state().entries.flatMap(({ body }) =>
        body.kind === "run-end" ? [body.result.kind] : []
      ),
    ends: () =>
      world.events.flatMap((event) => event.kind === "run-end" ? [event.result.kind] : []),
    inputs: () => world.store.inputs.map(({ work, phase, reason }) => [work?.kind, phase, reason]),
  };
}
