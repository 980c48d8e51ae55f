/**
 * Private jobs of a session: memory and compaction, as runs of the ledger's inputs.
 *
 * Owns what a job reads and stores. Does not own when it is due (memory-duty.ts), the model call
 * (session/runs) nor the decisions (memory/memory-jobs.ts, session/log).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO62  A job decides again when it runs: what is not due any more is skipped.
 *   HO63  What a job found is stored together with its input's end, or not at all.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { memoryLimits } from "../../memory/limits.ts";
import {
  decideMemoryJob,
  type JobDecision,
  type Note,
  readConsolidation,
  readNotes,
} from "../../memory/memory-jobs.ts";
import {
  layoutConsolidate,
  layoutExtract,
  layoutSummarise,
  layoutSummariseTalk,
} from "../../personas/layout-jobs.ts";
import type { Layout, LayoutLine } from "../../personas/layout.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { RoomState } from "../../room/room-state.ts";
import { personaOf } from "../../session/children/child-registry.ts";
import type { CompactOutcome } from "../../session/control/controller-deps.ts";
import type { SessionRefusal } from "../../session/control/requests.ts";
import { compactionLimitsFor } from "../../session/log/compaction.ts";
import { compactLog } from "../../session/log/compact-log.ts";
import { foldDefaults } from "../../session/log/fold-log.ts";
import type { LogState } from "../../session/log/log-state.ts";
import type { SegmentBody } from "../../session/log/segments.ts";
import type { SessionLog } from "../../session/log/session-log.ts";
import type { BuiltPrompt, JobEnd, JobModel, PrivateJobs } from "../../session/runs/run.ts";
import type { RoomSummaries } from "../room-summaries.ts";
import { heardMessages, layoutLine } from "../window-lines.ts";
import { foldDue, readSummary } from "./fold-job.ts";

export interface JobsDeps {
  readonly log: SessionLog;
  readonly stateOf: (roomId: string) => RoomState | undefined;
  /** Name of the persona, for the prompts. */
  readonly nameOf: (input: InputRecord) => string;
  readonly model: () => {
    readonly format: ModelProfile["promptFormat"];
    readonly contextTokens: number;
    /** What a prompt may take. */
    readonly promptTokensMax: number;
  };
  readonly summaries: RoomSummaries;
  /** Failures of each job in a row, since the page began. */
  readonly failures: Record<Job, number>;
  /** Makes a request of a layout; the tokens are what it may take. */
  readonly toPrompt: (
    input: InputRecord,
    shrinks: number,
    layout: (tokensMax: number) => Layout,
  ) => BuiltPrompt;
  readonly onCompacted: (
    inputId: string,
    outcome: Result<CompactOutcome, SessionRefusal>,
  ) => void;
}

export type Job = "extract" | "consolidate" | "fold";

export function createPrivateJobs(deps: JobsDeps): PrivateJobs {
  const tell = (job: Job, status: "running" | "done" | "skipped" | "failed", detail = ""): void =>
    deps.log.publish({ kind: "memory-job", job, status, detail });

  const skipped = (job: Job, detail: string): JobEnd => {
    tell(job, "skipped", detail);
    return {
      kind: "ended",
      outcome: `skipped:${detail}`,
      segments: [],
      result: { kind: "finished" },
    };
  };
  const failed = (job: Job, reason: string, detail: string): JobEnd => {
    deps.failures[job] += 1;
    tell(job, "failed", reason);
    return {
      kind: "ended",
      outcome: `failed:${reason}`,
      segments: [],
      result: { kind: "failed", reason, detail },
    };
  };
  const done = (job: Job, segments: readonly SegmentBody[], detail: string): JobEnd => {
    deps.failures[job] = 0;
    tell(job, "done", detail);
    return { kind: "ended", outcome: "finished", segments, result: { kind: "finished" } }; // HO63
  };

  const ask = async (
    model: JobModel,
    input: InputRecord,
    purpose: Job,
    layout: (tokensMax: number) => Layout,
  ): Promise<Result<string, JobEnd>> => {
    const answer = await model.ask(
      purpose,
      (shrinks) => Promise.resolve(ok(deps.toPrompt(input, shrinks, layout))),
    );
    if (answer.kind === "text") return ok(answer.text);
    return err(
      answer.kind === "failed" ? failed(purpose, answer.reason, answer.detail) : answer,
    );
  };

  const extract = async (
    input: InputRecord,
    due: Extract<JobDecision, { readonly job: "extract" }>,
    state: RoomState,
    model: JobModel,
  ): Promise<JobEnd> => {
    const lines = extractedLines(state, input.persona, due.fromSeq, due.toSeq);
    const known = notesOf(deps.log.state());
    const notesMax = memoryLimits.extractNotesMax;
    const speaker = deps.nameOf(input);
    const answer = await ask(model, input, "extract", (tokensMax) =>
      layoutExtract({
        speaker,
        lines,
        known: known.map((note) => note.text),
        notesMax,
        tokensMax,
      }));
    if (!answer.ok) return answer.error;
    const notes = readNotes(answer.value, known, notesMax);
    const stored = notes.map((text, at): SegmentBody => ({
      kind: "memory",
      note: {
        id: `${input.id}/${at}`,
        text,
        stage: "staged",
        seqs: [due.fromSeq, due.toSeq],
        by: "job",
      },
    }));
    const read: SegmentBody = { kind: "extracted", upToSeq: due.toSeq };
    return done("extract", [...stored, read], String(notes.length));
  };

  const consolidate = async (
    input: InputRecord,
    noteIds: readonly string[],
    model: JobModel,
  ): Promise<JobEnd> => {
    const read = notesOf(deps.log.state()).filter((note) => noteIds.includes(note.id));
    const speaker = deps.nameOf(input);
    const answer = await ask(model, input, "consolidate", (tokensMax) =>
      layoutConsolidate({
        speaker,
        notes: read.map((note) => note.text),
        notesMax: memoryLimits.notesMax,
        tokensMax,
      }));
    if (!answer.ok) return answer.error;
    const changes = readConsolidation(answer.value, read);
    if (!changes.ok) return failed("consolidate", changes.error, "");
    const seqs = [...new Set(read.flatMap((note) => note.seqs))].sort((a, b) => a - b).slice(-16);
    const kept = changes.value.keep.map((text, at): SegmentBody => ({
      kind: "memory",
      note: { id: `${input.id}/${at}`, text, stage: "kept", seqs, by: "job" },
    }));
    const forgotten = changes.value.forgetIds.map((id): SegmentBody => ({
      kind: "memory",
      note: { id, text: undefined, stage: "kept", seqs: [], by: "job" },
    }));
    return done("consolidate", [...forgotten, ...kept], String(kept.length));
  };

  const fold = async (
    input: InputRecord,
    state: RoomState,
    model: JobModel,
  ): Promise<JobEnd> => {
    const { roomId, persona } = input;
    const { promptTokensMax } = deps.model();
    const due = foldDue(state, persona, deps.summaries.of(roomId), promptTokensMax);
    if (due === undefined) return skipped("fold", "too-little"); // HO62
    tell("fold", "running");
    const answer = await ask(
      model,
      input,
      "fold",
      (tokensMax) => layoutSummariseTalk({ ...due.request, tokensMax }),
    );
    if (!answer.ok) return answer.error;
    const summary = readSummary(due, answer.value);
    if (summary === undefined) return failed("fold", "empty", "");
    deps.summaries.keep(roomId, summary);
    return done("fold", [], String(due.request.lines.length));
  };

  return {
    async memory(input, job, model) {
      const state = deps.stateOf(input.roomId);
      if (state === undefined) return skipped(job, "room-unknown");
      if (job === "fold") return await fold(input, state, model);
      const { format } = deps.model();
      const due = memoryDue(state, input.persona, deps.log.state(), format, deps.failures);
      if (due.job !== job) return skipped(job, due.job === "none" ? due.reason : due.job); // HO62
      tell(job, "running");
      return due.job === "extract"
        ? await extract(input, due, state, model)
        : await consolidate(input, due.noteIds, model);
    },
    async compact(input, model, signal) {
      return await compactRun(deps, input, model, signal);
    },
  };
}

/** What an extraction reads: of what was said there, the lines that she has heard. */
export function extractedLines(
  state: RoomState,
  session: string,
  fromSeq: number,
  toSeq: number,
): readonly LayoutLine[] {
  return heardMessages(state, personaOf(session))
    .filter((one) => one.seq >= fromSeq && one.seq <= toSeq)
    .map((one) => layoutLine(state, one, personaOf(session)));
}

/** What is due for a persona's memory now. */
export function memoryDue(
  state: RoomState,
  session: string,
  log: LogState,
  format: ModelProfile["promptFormat"],
  failures: Readonly<Record<Job, number>>,
): JobDecision {
  return decideMemoryJob({
    isModelFit: format === "chat",
    extractedSeq: log.extractedSeq,
    lines: heardMessages(state, personaOf(session)),
    notes: notesOf(log),
    failures,
  });
}

function notesOf(log: LogState): readonly Note[] {
  return [...log.memory.values()].flatMap((note) =>
    note.text === undefined ? [] : [{ ...note, text: note.text }]
  );
}

async function compactRun(
  deps: JobsDeps,
  input: InputRecord,
  model: JobModel,
  signal: AbortSignal,
): Promise<JobEnd> {
  const end = (outcome: string, detail = ""): JobEnd => ({
    kind: "ended",
    outcome,
    segments: [],
    result: outcome.startsWith("failed")
      ? { kind: "failed", reason: outcome.slice("failed:".length), detail }
      : { kind: "finished" },
  });
  const { format, contextTokens } = deps.model();
  if (format !== "chat") {
    deps.onCompacted(input.id, err({ kind: "engine", detail: "model-unfit" }));
    return end("failed:model-unfit");
  }
  let later: JobEnd | undefined;
  const compacted = await compactLog({
    log: deps.log,
    limits: compactionLimitsFor(contextTokens),
    fold: foldDefaults,
    async summarise({ summary, text }) {
      const speaker = deps.nameOf(input);
      const answer = await model.ask("summarise", (shrinks) =>
        Promise.resolve(ok(deps.toPrompt(
          input,
          shrinks,
          (tokensMax) => layoutSummarise({ speaker, summary, text, tokensMax }),
        ))));
      if (answer.kind === "text") return ok(answer.text);
      if (answer.kind !== "failed") later = answer;
      return err({ kind: "engine", detail: answer.reason });
    },
  }, signal);
  if (later !== undefined) return later;
  if (!compacted.ok) deps.onCompacted(input.id, compacted);
  else if (compacted.value.kind === "nothing") deps.onCompacted(input.id, ok({ kind: "nothing" }));
  else deps.onCompacted(input.id, ok(compacted.value));
  if (!compacted.ok) return end(`failed:${compacted.error.kind}`);
  return end(
    compacted.value.kind === "compacted" ? "finished" : `skipped:${compacted.value.reason}`,
  );
}
