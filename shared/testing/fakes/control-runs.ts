import { ok } from "../../base/result.ts";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { Log } from "../../ports/log.ts";
import type { InputRecord, PeerStore } from "../../ports/peer-store.ts";
import type { SessionLog } from "../../session/log/session-log.ts";
import type { JobEnd, JobModel, PromptNeed, ToolBox } from "../../session/runs/run.ts";
import { createSession, type Session } from "../../session/session.ts";
import type { ManualClock } from "./manual-clock.ts";
import { ScriptedEngine } from "./scripted-engine.ts";
import { starterProfile } from "./session-kit.ts";
import { holdTo } from "../../session/decisions/decision.ts";

const HELD = { constrainsChoice: true, constrainsJson: true };

/** What a prefill takes here: time in which nothing has come of a run. */
export const PREFILL_MS = 100;
export const TOKEN_MS = 100;
/** Two unseen questions and one call before the reply. */
const TOOLS_MS = 2 * PREFILL_MS + 6 * TOKEN_MS;
/** Work of any sort: a reply of four tokens, with its tools and its next look at the queue. */
export const RUN_MS = 2_000;
const REPLY = ["I", " am", " here", "."] as const;
const LOOK = { tool: "look", args: {} } as const;

export interface ControlRuns {
  /** `with-tools`: each run calls a tool before it speaks, and so writes before its end. */
  readonly runs?: "plain" | "with-tools";
  /** What the tool takes. */
  readonly lookMs?: number;
}

export interface ControlRunsDeps {
  readonly clock: ManualClock;
  readonly trace: Log;
  readonly store: PeerStore;
  readonly log: SessionLog;
  /** Of each prompt: the kinds and words of the log that it was made from, and its task. */
  readonly prompts: string[][];
}

/** From the start of a run to the first text of it that is shown. */
export function firstTextMsOf({ runs, lookMs = 0 }: ControlRuns): number {
  return PREFILL_MS + TOKEN_MS + (runs === "with-tools" ? TOOLS_MS + lookMs : 0);
}

/** Loads an engine; it thinks of one call, then of none, before it speaks. */
async function loadEngine(clock: ManualClock): Promise<ScriptedEngine> {
  const engine = new ScriptedEngine({
    clock,
    prefillMsPerToken: PREFILL_MS,
    tokenMs: TOKEN_MS,
    reply({ continueText }) {
      const from = REPLY.findIndex((_, at) => REPLY.slice(0, at).join("") === continueText);
      return from < 0 ? [] : REPLY.slice(from);
    },
    sayJson: ({ segments }) =>
      JSON.stringify(segments.some(({ key }) => key === "results") ? { tool: "none" } : LOOK),
  });
  const loading = engine.load(starterProfile, () => undefined, new AbortController().signal);
  await clock.advance(0);
  await clock.advance(100);
  await loading;
  return engine;
}

/** The product's runs over the product's log. */
export async function createControlRuns(
  { clock, trace, store, log, prompts }: ControlRunsDeps,
  options: ControlRuns,
): Promise<Session> {
  const engine = await loadEngine(clock);
  let requests = 0;
  const requestOf = (input: InputRecord, need: Partial<PromptNeed>): GenerateRequest => ({
    requestId: `${input.id}/${input.stagedCount}/${requests += 1}`,
    persona: input.persona,
    segments: [{
      key: need.context?.extras.results.length === 0 ? "words" : "results",
      role: "script",
      text: "word",
    }],
    continueText: need.context === undefined || need.decide !== undefined ? "" : input.partialText,
    seed: 1,
    temperature: 0,
    topP: 1,
    ...holdTo(need.decide?.answers, HELD, { tokensMax: 64, stop: [] }),
  });
  const job = async (input: InputRecord, model: JobModel): Promise<JobEnd> => {
    const purpose = input.work?.kind === "memory" ? input.work.job : "summarise";
    const request = requestOf(input, {});
    const answer = await model.ask(purpose, () => Promise.resolve(ok({ seenSeq: 1, request })));
    if (answer.kind !== "text" && answer.kind !== "failed") return answer;
    return { kind: "ended", outcome: "finished", segments: [], result: { kind: "finished" } };
  };
  const box: ToolBox = {
    tools: [{
      name: "look",
      about: "Looks around.",
      args: [],
      isRepeatable: false,
      async run(_call, signal) {
        await clock.sleep(options.lookMs ?? 0, signal);
        return ok("Nothing to see.");
      },
    }],
    rules: [{ tool: "*", decision: "allow" }],
  };
  return createSession({
    ...{ clock, trace, log, store },
    engine: () => ({ engine, modelId: "starter", lane: "cpu", continuesText: true }),
    buildRequest(input, need) {
      if (need.decide === undefined) {
        const task = need.context.privately?.task;
        const asked = task === undefined ? [] : [`task:${task.text}`];
        prompts.push([...log.state().entries.map(({ body }) => wordsOf(body)), ...asked]);
      }
      return Promise.resolve(ok({ seenSeq: 1, request: requestOf(input, need) }));
    },
    onFrame: () => undefined,
    tools: () => options.runs === "with-tools" ? box : undefined,
    jobs: {
      memory: (input, _job, model) => job(input, model),
      compact: (input, model) => job(input, model),
    },
  });
}

/** An entry of the log in a word, with its text. */
export function wordsOf(body: { readonly kind: string }): string {
  const text = "text" in body ? `:${String(body.text)}` : "";
  return `${body.kind}${text}`;
}
