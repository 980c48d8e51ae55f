import { ok } from "../../base/result.ts";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { InputRecord, PrivateWork } from "../../ports/peer-store.ts";
import { holdTo } from "../../session/decisions/decision.ts";
import { decodeSegment } from "../../session/log/decode-segment.ts";
import type { SegmentBody } from "../../session/log/segments.ts";
import type { PromptNeed, ToolBox } from "../../session/runs/run.ts";
import { createSession, type SessionDeps } from "../../session/session.ts";
import type { PermissionDecision, Tool, ToolCall } from "../../session/tools/tool.ts";
import { inputOf } from "./input-records.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemorySessionLog } from "./memory-session-log.ts";
import { RecordingLog } from "./recording-log.ts";
import { ScriptedEngine, type ScriptedEngineOptions } from "./scripted-engine.ts";
import { starterProfile } from "./session-kit.ts";

const never = (): AbortSignal => new AbortController().signal;

export interface RunKitOptions {
  /** Replies to the unseen question in turn; the last one again and again. */
  readonly decisions?: readonly string[];
  /** Whether the engine holds a reply to a schema. */
  readonly constrainsJson?: boolean;
  readonly box?: ToolBox;
  readonly engine?: Partial<ScriptedEngineOptions>;
  readonly log?: MemorySessionLog;
  readonly deps?: Partial<SessionDeps>;
}

/** A tool that tells how it was called. */
export function toolOf(
  name: string,
  change: Partial<Tool> = {},
): Tool & { readonly calls: ToolCall[] } {
  const calls: ToolCall[] = [];
  return {
    name,
    about: `Does ${name}.`,
    args: [{ name: "about", type: "string", isRequired: true, about: "What.", max: 200 }],
    isRepeatable: true,
    run(call) {
      calls.push(call);
      return Promise.resolve(ok(`${name} found ${call.args["about"]}`));
    },
    ...change,
    calls,
  };
}

export function boxOf(tools: readonly Tool[], decision: PermissionDecision = "allow"): ToolBox {
  return { tools, rules: [{ tool: "*", decision }] };
}

export const callText = (tool: string, about = "cats"): string =>
  JSON.stringify({ tool, args: { about } });

/** Private work of Ada. */
export function workOf(work: PrivateWork, change: Partial<InputRecord> = {}): InputRecord {
  return inputOf({ id: "in-w", turn: 0, assign: 0, work, ...change });
}

/** One session over a scripted engine, with everything that it told and kept. */
export async function openRunKit(options: RunKitOptions = {}) {
  const { decisions = ['{"tool":"none"}'], constrainsJson = false, box } = options;
  const clock = new ManualClock();
  let asked = 0;
  const isDecide = (request: GenerateRequest): boolean =>
    request.segments.some((one) => one.key === "decide");
  const decision = (): string => decisions[Math.min(asked++, decisions.length - 1)] ?? "";
  const engine = new ScriptedEngine({
    clock,
    contextTokens: 100_000,
    constrainsJson,
    sayJson: decision,
    reply: (request) => isDecide(request) ? [decision()] : ["I", " am", " here", "."],
    ...options.engine,
  });
  const loading = engine.load(starterProfile, () => undefined, never());
  await clock.advance(100);
  await loading;
  const log = options.log ?? new MemorySessionLog();
  const needs: PromptNeed[] = [];
  const frames: string[] = [];
  const session = createSession({
    clock,
    trace: new RecordingLog(),
    log,
    store: { updateInput: () => Promise.resolve(ok(inputOf())) },
    engine: () => ({ engine, modelId: "starter", lane: "cpu", continuesText: true }),
    buildRequest(input, need) {
      needs.push(need);
      const { decide } = need;
      const request: GenerateRequest = {
        requestId: `rq-${needs.length}`,
        persona: input.persona,
        segments: [{ key: decide ? "decide" : "speak", role: "script", text: "What now?" }],
        continueText: "",
        seed: 1,
        temperature: 0,
        topP: 1,
        ...holdTo(
          decide?.answers,
          { constrainsChoice: false, constrainsJson },
          { tokensMax: 900, stop: [] },
        ),
      };
      return Promise.resolve(ok({ request, seenSeq: 17 }));
    },
    onFrame: (frame) => frames.push(frame.text),
    tools: () => box,
    ...options.deps,
  });
  const begin = (input: InputRecord = inputOf()) => {
    const controller = new AbortController();
    const outcome = session.run(input, controller.signal);
    outcome.catch(() => undefined);
    return { controller, outcome };
  };
  return {
    clock,
    engine,
    log,
    needs,
    frames,
    session,
    begin,
    async play(input?: InputRecord, ms = 1_000): Promise<PerformOutcome> {
      const { outcome } = begin(input);
      await clock.advance(ms);
      return await outcome;
    },
    /** The log as the ledger would leave it behind this outcome. */
    commit(outcome: PerformOutcome): void {
      const segments = outcome.kind === "done"
        ? outcome.settled.segments ?? []
        : outcome.kind === "ended"
        ? outcome.segments
        : [];
      log.take(segments.map((stored) => decodeSegment(stored).body as SegmentBody));
    },
    eventKinds: () => log.events.map((event) => event.kind),
    results: () => log.events.flatMap((event) => event.kind === "run-end" ? [event.result] : []),
  };
}
