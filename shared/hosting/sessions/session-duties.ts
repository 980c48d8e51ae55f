/**
 * What a session does for itself behind its work: memory jobs, and compactions that nobody asked
 * for. Both are inputs of the ledger like other work.
 *
 * Owns when they are asked for, and the guard of each session's compactions. Does not own the jobs
 * (private-jobs.ts) nor the decisions (memory/memory-jobs.ts, session/log/compaction-guard.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO67  Behind a turn's end a memory job that is due is asked for, once, as work that nobody
 *         waits for; what it found is in the next prompts.
 *   HO71  Behind a run a log that is over its limit is compacted, once, as work that nobody waits
 *         for, where the model can; where the guard stops that, people are told.
 */

import type { PrivateCandidate } from "../../ledger/private-work.ts";
import type { InputRecord, PrivateWork } from "../../ports/peer-store.ts";
import { parentOf } from "../../session/children/child-registry.ts";
import { compactionLimitsFor } from "../../session/log/compaction.ts";
import {
  type CompactionDue,
  compactionDue,
  type CompactionGuard,
  type GuardStep,
  initialGuard,
  stepGuard,
} from "../../session/log/compaction-guard.ts";
import type { SegmentBody } from "../../session/log/segments.ts";
import type { HostedSession } from "./hosted-session.ts";
import { memoryLimits } from "../../memory/limits.ts";
import type { RoomSummaries } from "../room-summaries.ts";
import { foldDue } from "./fold-job.ts";
import { memoryDue } from "./private-jobs.ts";
import { promptTokens } from "./prompt-maker.ts";
import type { SessionHostDeps } from "./session-host.ts";

export interface SessionDuties {
  /** An input of the session was accepted, durably. */
  accepted(hosted: HostedSession, input: InputRecord): void;
  /** One has ended, and its log is read up to there. Aborting cancels the waits. */
  ended(hosted: HostedSession, input: InputRecord, signal: AbortSignal): Promise<void>;
}

interface Guarded {
  guard: CompactionGuard;
  /** What was found last: people are told once. */
  due: CompactionDue;
}

export function createSessionDuties(
  deps: Pick<SessionHostDeps, "clock" | "engine" | "ledger" | "stateOf" | "trace"> & {
    readonly summaries: RoomSummaries;
  },
): SessionDuties {
  /** Gone with the page: a new one has no failures behind it. */
  const guards = new WeakMap<HostedSession, Guarded>();

  const guardOf = (hosted: HostedSession): Guarded => {
    const known = guards.get(hosted) ?? { guard: initialGuard, due: "not-due" };
    guards.set(hosted, known);
    return known;
  };

  const step = (hosted: HostedSession, taken: GuardStep | undefined): void => {
    const known = guardOf(hosted);
    if (taken !== undefined) known.guard = stepGuard(known.guard, taken);
  };

  const ask = async (
    hosted: HostedSession,
    work: PrivateWork,
    key: string,
    signal: AbortSignal,
  ): Promise<void> => {
    const candidate = candidateOf(hosted, work, key);
    const admitted = await deps.ledger.admitPrivate(candidate, signal);
    if (admitted.ok) return;
    deps.trace.write("info", "duty-not-asked", { work: work.kind, kind: admitted.error.kind });
  };

  /** Of a persona; children remember nothing. */
  const askForMemory = async (hosted: HostedSession, signal: AbortSignal): Promise<void> => {
    const { ref, log, failures } = hosted;
    const state = deps.stateOf(ref.roomId);
    const ready = deps.engine.ready();
    if (state === undefined || ready === undefined) return;
    const { promptFormat } = ready.profile;
    const due = memoryDue(state, ref.persona, log.state(), promptFormat, failures);
    if (due.job === "none") return;
    await ask(hosted, { kind: "memory", job: due.job }, `memory/${due.job}`, signal); // HO67
  };

  /** Of a persona, for all who heard the same: whoever comes second finds it done (HO62). */
  const askForFold = async (hosted: HostedSession, signal: AbortSignal): Promise<void> => {
    const { ref, failures } = hosted;
    const state = deps.stateOf(ref.roomId);
    const ready = deps.engine.ready();
    if (state === undefined || ready?.profile.promptFormat !== "chat") return;
    if (failures.fold >= memoryLimits.jobFailuresMax) return;
    const due = foldDue(
      state,
      ref.persona,
      deps.summaries.of(ref.roomId),
      promptTokens(ready, 0),
    );
    if (due === undefined) return;
    const key = `memory/fold/${due.summary.key}`;
    await ask(hosted, { kind: "memory", job: "fold" }, key, signal); // HO175
  };

  const askForCompaction = async (hosted: HostedSession, signal: AbortSignal): Promise<void> => {
    const ready = deps.engine.ready();
    if (ready === undefined || ready.profile.promptFormat !== "chat") return;
    const state = hosted.log.state();
    const known = guardOf(hosted);
    const before = known.due;
    known.due = compactionDue(state, known.guard, compactionLimitsFor(ready.model.contextTokens));
    if (known.due === "due") await ask(hosted, { kind: "compact" }, "compact", signal); // HO71
    const isStopped = known.due === "broken" || known.due === "thrashing";
    if (!isStopped || known.due === before) return;
    hosted.log.publish({
      kind: "alert",
      alert: {
        at: deps.clock.epochNow(),
        level: "warn",
        source: "compaction",
        code: `compaction-${known.due}`,
        detail: `${state.tokensEstimated} tokens`,
      },
    });
  };

  return {
    accepted(hosted, { work, header }) {
      const isAsked = work?.kind === "compact" && header.origin.kind !== "system";
      if (isAsked) step(hosted, { kind: "person-asked" });
    },
    async ended(hosted, input, signal) {
      step(hosted, guardStepOf(hosted, input));
      const isOwnTurn = input.work === undefined && parentOf(input.persona) === undefined;
      if (isOwnTurn && input.phase === "consumed") {
        await askForMemory(hosted, signal);
        await askForFold(hosted, signal);
      }
      if (input.work?.kind !== "compact") await askForCompaction(hosted, signal);
    },
  };
}

/** The same head is the same work: what came to nothing is not asked for again. */
function candidateOf(
  { ref, log }: HostedSession,
  work: PrivateWork,
  key: string,
): PrivateCandidate {
  return {
    ...ref,
    kind: "system",
    idempotencyKey: `${ref.roomId}/${ref.persona}/${key}/${log.state().head}`,
    header: {
      origin: { kind: "system" },
      durability: "derived",
      visibility: { prompt: false, person: true },
      // Never in the place of what a person asked for and waits for.
      supersessionKey: work.kind === "memory" && work.job === "fold"
        ? "duty/fold"
        : `duty/${work.kind}`,
    },
    work,
    human: false,
    segments: [],
  };
}

/** What the end of an input says to the guard; undefined where it says nothing. */
function guardStepOf(
  { log }: HostedSession,
  { id, work, reason = "", header }: InputRecord,
): GuardStep | undefined {
  if (work?.kind === "compact") {
    const by = header.origin.kind === "system" ? "automatic" : "person";
    if (reason === "finished") return { kind: "compacted", by };
    return reason.startsWith("failed") ? { kind: "compaction-failed" } : undefined;
  }
  const bodies = log.state().entries.flatMap(({ body }) => isOf(body, id) ? [body] : []);
  const end = bodies.findLast((body) => body.kind === "run-end");
  if (end?.kind !== "run-end") return undefined;
  const madeOutput = bodies.some(({ kind }) =>
    kind === "said" || kind === "settled" || kind === "call"
  );
  return { kind: "run-ended", result: end.result, madeOutput };
}

function isOf(
  body: HostedEntryBody,
  runId: string,
): body is Extract<SegmentBody, { readonly runId: string }> {
  return "runId" in body && body.runId === runId;
}

type HostedEntryBody = ReturnType<HostedSession["log"]["state"]>["entries"][number]["body"];
