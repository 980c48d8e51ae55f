import { err, ok, type Result } from "../../base/result.ts";
import { raceSignal } from "../../base/race.ts";
import { createScope } from "../../base/scope.ts";
import { sessionLedgerOf } from "../../hosting/sessions/session-ledger.ts";
import { createSessionRecords } from "../../hosting/sessions/session-records.ts";
import { createLedger, type Ledger } from "../../ledger/ledger.ts";
import { ledgerLimits } from "../../ledger/limits.ts";
import type { InputOrigin, PeerStore } from "../../ports/peer-store.ts";
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
import type { ChildEvent } from "../../session/log/segments.ts";
import type { SessionLog } from "../../session/log/session-log.ts";
import type { PermissionRule } from "../../session/tools/tool.ts";
import { valueOf } from "../contracts/contract-case.ts";
import { type ControlRuns, createControlRuns, firstTextMsOf, wordsOf } from "./control-runs.ts";
import { CountingIds } from "./counting-ids.ts";
import { enginePlaces } from "./engine-places.ts";
import { forwardingStore } from "./forwarding-store.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryPeerStore } from "./memory-peer-store.ts";
import { RecordingLog } from "./recording-log.ts";

export { PREFILL_MS, RUN_MS, TOKEN_MS } from "./control-runs.ts";

export const person: InputOrigin = { kind: "person" };
export const roomId = "room";
export const session = "ada";

export interface ControlOptions extends ControlRuns {
  /** `every-step`: the process dies behind each request and wait; the stores are what is left. */
  readonly recover?: "never" | "every-step";
  readonly change?: Partial<ControllerDeps>;
}

/** What outlives a process. */
interface World {
  readonly clock: ManualClock;
  readonly ids: CountingIds;
  readonly store: MemoryPeerStore;
  readonly trace: RecordingLog;
  readonly events: SessionEvent[];
  readonly told: ChildEvent[];
  /** Of each prompt: the kinds and words of the log that it was made from, and its task. */
  readonly prompts: string[][];
  readonly saved: SessionLife[];
  readonly stopped: string[];
  isParentDeaf: boolean;
  /** The engine has no place while it is true. */
  isHeld: boolean;
  /** The next admissions are refused as by a full ledger. */
  isFull: boolean;
  /** Admissions wait for it, and stored states for the other. */
  adding: Promise<unknown>;
  saving: Promise<unknown>;
  stateError: StorageError | undefined;
  stopError: StorageError | undefined;
  compaction: Result<CompactOutcome, SessionRefusal>;
  rules: readonly PermissionRule[];
}

interface Process {
  readonly controller: SessionController;
  readonly ledger: Ledger;
  readonly log: SessionLog;
  kill(): Promise<void>;
}

/** The world's stores, as one process sees them: killed, they never answer it again. */
function storeOf(world: World, life: AbortSignal): PeerStore {
  return forwardingStore(() => world.store, async (call, method) => {
    if (life.aborted) return await new Promise(() => undefined);
    if (method === "addInput") await world.adding;
    if (method !== "saveSession") return await call();
    await world.saving;
    if (world.stateError !== undefined) return err(world.stateError);
    const saved = await call();
    const records = valueOf(await world.store.sessions(roomId, life), "sessions");
    const own = records.find(({ persona }) => persona === session);
    if (own !== undefined) world.saved.push(own.state);
    return saved;
  });
}

/** The product's ledger; a process that dies at every step may take an input more often. */
function ledgerOf(
  world: World,
  store: PeerStore,
  options: ControlOptions,
  perform: Parameters<typeof createLedger>[0]["perform"],
): Ledger {
  const { clock, ids, trace } = world;
  return createLedger({
    ...{ clock, ids, store, perform, log: trace },
    limits: {
      ...ledgerLimits,
      attemptsMax: options.recover === "every-step" ? 64 : ledgerLimits.attemptsMax,
      get inputsLiveMax() {
        return world.isFull ? 0 : ledgerLimits.inputsLiveMax;
      },
    },
    deviceOf: () => "dev",
    places: enginePlaces(clock, () => world.isHeld ? 0 : 1),
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "fp", head: 9 }),
    onTrouble: () => undefined,
  });
}

/** One process over the world: log, ledger, runs and controller as the product composes them. */
async function startProcess(world: World, options: ControlOptions): Promise<Process> {
  const { clock, trace } = world;
  const life = new AbortController();
  const store = storeOf(world, life.signal);
  const log = createSessionLog({
    ...{ roomId, session, store, clock, trace },
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
  const runner = await createControlRuns({ ...world, store, log: heard }, options);
  const ledger = ledgerOf(
    world,
    store,
    options,
    (input, signal) => controller.run(input, signal),
  );
  const records = createSessionRecords(store, ledger);
  const own = sessionLedgerOf({ roomId, persona: session }, { ledger, store, records });
  const controller: SessionController = createSessionController(
    depsOf(world, { log: heard, ledger: own, runner }, options),
  );
  const scope = createScope(life.signal, (error) => {
    throw error;
  });
  // A store of a process that is dead never answers.
  scope.start((signal) => raceSignal(ledger.run(signal), signal));
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
  parts: Pick<ControllerDeps, "ledger" | "log" | "runner">,
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
    readLog(fromIndex, entriesMax) {
      const { entries } = parts.log.state();
      const wanted = entries.filter(({ index }) => index >= fromIndex).slice(0, entriesMax);
      return Promise.resolve(ok(wanted));
    },
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
    ids: new CountingIds(),
    store: new MemoryPeerStore(),
    trace: new RecordingLog(),
    events: [],
    told: [],
    prompts: [],
    saved: [],
    stopped: [],
    isParentDeaf: false,
    isHeld: false,
    isFull: false,
    adding: Promise.resolve(),
    saving: Promise.resolve(),
    stateError: undefined,
    stopError: undefined,
    compaction: ok({ kind: "compacted", tokensBefore: 100, tokensAfter: 10 }),
    rules: [],
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
    ...{ world, clock, start, rebuild },
    /** From the start of a run to the first text of it that is shown. */
    firstTextMs: firstTextMsOf(options),
    /** The engine has a place again. */
    release(): void {
      world.isHeld = false;
      now.ledger.wake();
    },
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
