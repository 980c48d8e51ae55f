/**
 * One session of this device, composed: its log, its runs, its controller.
 *
 * Owns the composition. Does not own the sessions there are (session-host.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO70  A session uses the tools that its rules allow, asks a person where they say so, and none
 *         without rules.
 */

import { ok, type Result } from "../../base/result.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import { emptySessionBody, type SessionBody } from "../../session/children/session-body.ts";
import { parentOf, personaOf } from "../../session/children/child-registry.ts";
import type { ChildSessions } from "../../session/children/child-sessions.ts";
import {
  createSessionController,
  type SessionController,
} from "../../session/control/controller.ts";
import type {
  CompactOutcome,
  ControllerDeps,
  ControllerLedger,
  SessionDirectory,
} from "../../session/control/controller-deps.ts";
import type { Greeting } from "../../session/control/events.ts";
import type { SessionRefusal } from "../../session/control/requests.ts";
import { decodeSegment } from "../../session/log/decode-segment.ts";
import { createSessionLog } from "../../session/log/create-session-log.ts";
import type { SessionLog } from "../../session/log/session-log.ts";
import { createSession, type Session, type StreamFrame } from "../../session/session.ts";
import { initialSessionStatus } from "../../session/session-status.ts";
import { createChildTools } from "../../session/tools/child-tools.ts";
import { toolLimits } from "../../session/tools/limits.ts";
import { createNoteTools } from "../../session/tools/note-tools.ts";
import { createRoomTools, type RoomReader } from "../../session/tools/room-tools.ts";
import { offeredTools } from "../../session/tools/permissions.ts";
import type { Tool } from "../../session/tools/tool.ts";
import { hostingLimits as limits } from "../limits.ts";
import { createPrivateJobs, type Job } from "./private-jobs.ts";
import { type PromptMaker, promptTokens } from "./prompt-maker.ts";
import type { SessionHostDeps } from "./session-host.ts";
import type { SessionRecords } from "./session-records.ts";

export interface HostedSession {
  readonly ref: SessionRef;
  readonly log: SessionLog;
  readonly runner: Session;
  readonly controller: SessionController;
  /** The engine is another than before. */
  onEngine(): void;
  /** Failures of memory jobs in a row. */
  readonly failures: Record<Job, number>;
  /** Reads what the stores have; everything waits for it. */
  open(signal: AbortSignal): Promise<Result<void, StorageError>>;
}

export interface HostedDeps {
  readonly host: SessionHostDeps;
  readonly records: SessionRecords;
  readonly prompts: PromptMaker;
  readonly reader: RoomReader;
  readonly children: ChildSessions;
  readonly ledger: ControllerLedger;
  readonly directory: SessionDirectory;
  readonly tellParent: ControllerDeps["tellParent"];
  /** A call began or ceased to wait for a person. */
  readonly onAsks: () => void;
}

export function createHostedSession(deps: HostedDeps, ref: SessionRef): HostedSession {
  const { host, records, prompts } = deps;
  const { clock, trace, store, engine } = host;
  const { roomId, persona: session } = ref;
  const failures = { extract: 0, consolidate: 0, fold: 0 };
  const compactions = new Map<string, Result<CompactOutcome, SessionRefusal>>();
  let body: SessionBody = emptySessionBody;
  let inputs: readonly InputRecord[] = [];
  let jobCalls = 0;

  const greeting = (): Greeting =>
    greetingOf(host, ref, offeredTools(body.rules, tools).map((tool) => tool.name));
  const log: SessionLog = createSessionLog({
    ...{ roomId, session, store, clock, trace },
    describe: () => ({
      greeting: greeting(),
      status: controller?.status() ?? initialSessionStatus,
      inputs,
      rules: body.rules,
    }),
  });
  const tools: readonly Tool[] = [
    ...createRoomTools(deps.reader, toolLimits),
    ...createNoteTools(log, toolLimits),
    ...createChildTools(deps.children, toolLimits),
  ];
  const jobs = createPrivateJobs({
    log,
    stateOf: host.stateOf,
    nameOf: () => nameOf(host, ref),
    model() {
      const ready = engine.ready();
      if (ready === undefined) throw new Error("Cannot do a job: the engine has gone");
      return {
        format: ready.profile.promptFormat,
        contextTokens: ready.model.contextTokens,
        promptTokensMax: promptTokens(ready, 0),
      };
    },
    summaries: prompts.summaries,
    failures,
    toPrompt: (input, shrinks, layout) =>
      prompts.ofLayout(input, { shrinks, call: jobCalls++ }, layout),
    onCompacted(inputId, outcome) {
      compactions.set(inputId, outcome);
      const [oldest = inputId] = compactions.keys();
      if (compactions.size > limits.compactionsKept) compactions.delete(oldest);
    },
  });
  const runner = createSession({
    ...{ clock, trace, store },
    log: {
      ...log,
      publish(event) {
        log.publish(event);
        if (event.kind === "ask" || event.kind === "ask-over") deps.onAsks();
      },
    },
    engine: () => sessionEngine(host, prompts),
    buildRequest: prompts.build,
    onFrame: (frame: StreamFrame) => host.onFrame({ ...frame, roomId }),
    tools: (input) =>
      body.rules.length === 0 || isVote(host, input) ? undefined : { tools, rules: body.rules },
    jobs,
  });
  const controller = createSessionController({
    ...{ roomId, session, clock, trace, log, runner },
    ledger: deps.ledger,
    directory: deps.directory,
    compactionOf: (inputId) => compactions.get(inputId),
    readLog: logReaderOf(host, ref),
    stopTurn: host.stopTurn,
    ...deps.tellParent === undefined ? {} : { tellParent: deps.tellParent },
    settings: {
      rules: () => body.rules,
      async saveRules(rules, signal) {
        const saved = await records.set(ref, { rules }, signal);
        if (!saved.ok) return saved;
        body = saved.value.body;
        log.publish({ kind: "greeting", greeting: greeting() });
        return ok(undefined);
      },
      tools: () => tools.map((tool) => tool.name),
      answerPermission: (callId, decision) => runner.answerPermission(callId, decision),
    },
  });

  return {
    ...{ ref, log, runner, controller, failures },
    onEngine: () => log.publish({ kind: "greeting", greeting: greeting() }),
    async open(signal) {
      const record = await records.read(ref, signal);
      if (!record.ok) return record;
      const read = await store.inputsOf(roomId, session, limits.inspectorInputsMax, signal);
      if (!read.ok) return read;
      body = record.value.body;
      inputs = read.value;
      const { damage } = record.value;
      const opened = await controller.open(signal);
      if (damage !== undefined) {
        const at = clock.epochNow();
        log.publish({
          kind: "alert",
          alert: {
            at,
            level: "error",
            source: "store",
            code: "settings-unreadable",
            detail: damage,
          },
        });
      }
      return opened;
    },
  };
}

function logReaderOf(
  { store }: SessionHostDeps,
  { roomId, persona }: SessionRef,
): ControllerDeps["readLog"] {
  return async (fromIndex, entriesMax, signal) => {
    const rows = await store.segments(roomId, persona, fromIndex, entriesMax, signal);
    if (!rows.ok) return rows;
    return ok(rows.value.map((row) => ({ index: row.index, ...decodeSegment(row.body) })));
  };
}

function sessionEngine({ engine }: SessionHostDeps, prompts: PromptMaker) {
  const ready = engine.ready();
  return ready && {
    engine: prompts.watch(ready.engine),
    modelId: ready.profile.id,
    lane: ready.model.lane,
    continuesText: ready.model.continuesText,
  };
}

/** Who speaks next is no matter for tools. */
function isVote({ stateOf }: SessionHostDeps, { roomId, turn, work }: InputRecord): boolean {
  return work === undefined && stateOf(roomId)?.turns.get(turn)?.vote !== undefined;
}

function nameOf({ stateOf }: SessionHostDeps, { roomId, persona }: SessionRef): string {
  return stateOf(roomId)?.personas.get(personaOf(persona))?.card.name ?? persona;
}

function greetingOf(
  host: SessionHostDeps,
  ref: SessionRef,
  tools: readonly string[],
): Greeting {
  const ready = host.engine.ready();
  return {
    session: ref.persona,
    name: nameOf(host, ref),
    parent: parentOf(ref.persona),
    modelId: ready?.profile.id,
    lane: ready?.model.lane,
    contextTokens: ready?.model.contextTokens ?? 0,
    tools,
  };
}
