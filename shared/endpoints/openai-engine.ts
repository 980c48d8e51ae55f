/**
 * An engine over an OpenAI-compatible endpoint: chat completions, streamed.
 *
 * Owns the life of one engine generation: what is in flight, and when the endpoint counts as gone.
 * Does not own the endpoint's process (edge/host), the slots and the key (provider.ts), nor
 * restarts (supervision): a lost generation ends, and the next one proves itself by a real token.
 *
 * Rules (shared/SPEC.md, section IN): IN1 to IN7 and
 *   IN31  A reply that is cancelled, cut or left by its reader aborts its HTTP request: the
 *         endpoint sees the connection close.
 *   IN97  An endpoint of others has `warmUpMsMax` for its first answers: it may load its model
 *         only then.
 *   IN92  Whether its model keeps to a schema is set, or found out as it loads.
 *   IN40  An endpoint of others that is busy or loads while an engine begins is asked again by
 *         supervision's backoff alone, and not before the time that it named.
 *   IN37  A broken connection fails its own reply where the endpoint still answers; where it does
 *         not, or falls silent `silencesMax` times in a row, the engine generation is lost.
 */

import { err, ok, type Result } from "../base/mod.ts";
import {
  type Engine,
  type EngineError,
  type GenerateEvent,
  type GenerateOutcome,
  type GenerateRequest,
  inferenceLimits,
  type LoadedModel,
  type ModelProfile,
  type ProbeReport,
  validateRequest,
} from "../inference/mod.ts";
import type { Clock, HttpFetch } from "../ports/mod.ts";
import type { ChildExit, EngineChild } from "../supervision/mod.ts";
import { estimatePromptTokens } from "./chat-request.ts";
import { detectStructure } from "./detect-structure.ts";
import { askForReply, type EndpointDeps, LATE, lookAt, within } from "./endpoint.ts";
import { type HttpEngineLimits, httpEngineLimits } from "./limits.ts";
import type { Provider } from "./provider.ts";
import { decideRefusal } from "./refusal.ts";
import { readReply, type ReplyEnd } from "./reply.ts";

export interface OpenAiEngineDeps {
  readonly generation: number;
  readonly provider: Provider;
  readonly clock: Clock;
  readonly fetch: HttpFetch;
  /** What the endpoint calls the model. */
  readonly modelName: string;
  /** Default: the endpoint's list of models. */
  readonly healthUrl?: string;
  /** True for a process of ours: it may not listen yet, and its end is told by its parent. */
  readonly isOwnProcess?: boolean;
  readonly limits?: HttpEngineLimits;
}

export interface OpenAiEngine extends EngineChild {
  /** Ends the generation: what is in flight ends `engine-lost`. Idempotent. */
  lose(exit: ChildExit): void;
}

const LOST = "engine-lost";

export function createOpenAiEngine(deps: OpenAiEngineDeps): OpenAiEngine {
  const life = openLife(deps);
  const engine: Engine = {
    generation: deps.generation,
    load(profile, onProgress, signal) {
      onProgress({ phase: "loading", file: "", bytesDone: 0, bytesTotal: undefined });
      return load(life, profile, signal);
    },
    generate: (request, signal) => generate(life, request, signal),
    probe: (signal) => probe(life, signal),
    unload: () => {
      life.loaded = undefined;
      return Promise.resolve();
    },
  };
  return {
    engine,
    exited: life.exited,
    lose: (exit) => life.lose(exit),
    stop() {
      life.lose({ kind: "cancelled" });
      return Promise.resolve();
    },
    kill: () => life.lose({ kind: "cancelled" }),
  };
}

interface Life {
  readonly deps: OpenAiEngineDeps;
  readonly endpoint: EndpointDeps;
  readonly exited: Promise<ChildExit>;
  /** Aborts when the generation is lost. */
  readonly gone: AbortSignal;
  lose(exit: ChildExit): void;
  loaded: ModelProfile | undefined;
  /** Whether the loaded model keeps its replies to a schema. */
  constrains: boolean;
  /** Replies in a row that fell silent. */
  silences: number;
}

function openLife(deps: OpenAiEngineDeps): Life {
  const gone = new AbortController();
  let settle: (exit: ChildExit) => void = () => undefined;
  const exited = new Promise<ChildExit>((resolve) => settle = resolve);
  const { provider, clock, fetch, modelName } = deps;
  return {
    deps,
    endpoint: {
      provider,
      clock,
      fetch,
      modelName,
      limits: deps.limits ?? httpEngineLimits,
      healthUrl: deps.healthUrl ?? provider.urlOf("models"),
    },
    exited,
    gone: gone.signal,
    lose(exit) {
      gone.abort(LOST);
      settle(exit);
    },
    loaded: undefined,
    constrains: false,
    silences: 0,
  };
}

/**
 * Waits until a process of ours answers and no longer loads; looks once at an endpoint of others,
 * whose next look is supervision's to time. Aborting cancels the work.
 */
async function load(
  life: Life,
  profile: ModelProfile,
  signal: AbortSignal,
): Promise<Result<LoadedModel, EngineError>> {
  const { endpoint, deps } = life;
  const { provider, clock, limits } = endpoint;
  const either = AbortSignal.any([signal, life.gone]);
  const unreachable = (detail: string): EngineError => ({
    kind: "host-unreachable",
    host: provider.host,
    detail,
  });
  if (profile.promptFormat !== "chat") return err({ kind: "model-unknown", modelId: profile.id });
  const busy: EngineError = { kind: "busy", slots: provider.slots };
  const isOwn = deps.isOwnProcess === true;
  if (!isOwn && provider.busyUntilMs > clock.now()) return err(busy); // IN40
  try {
    for (;;) {
      const status = await lookAt(endpoint, either);
      if (status === 401 || status === 403) {
        return err({ kind: "access-denied", host: provider.host });
      }
      if (!isOwn && (status === 429 || status === 503)) return err(busy); // IN40
      const isLoading = status === 503 || isOwn && status === undefined;
      if (!isLoading) {
        if (status === undefined) return err(unreachable("no answer"));
        if (status >= 500) return err(unreachable(`status ${status}`));
        break;
      }
      await clock.sleep(limits.lookAgainMs, either);
    }
    life.constrains = await constrainsOf(life, profile, either);
  } catch (error) {
    if (!either.aborted) throw error;
    return err(signal.aborted ? { kind: "cancelled" } : unreachable("it ended"));
  }
  if (life.gone.aborted) return err(unreachable("it ended"));
  life.loaded = profile;
  return ok({
    modelId: profile.id,
    lane: "unknown",
    contextTokens: profile.contextTokens,
    slots: provider.slots,
    adapter: "",
    continuesText: false,
    constrainsChoice: life.constrains,
    constrainsJson: life.constrains,
    promptLayout: "own-script",
    seesImages: profile.seesImages === true,
  });
}

/** What the settings say, what was found out before, or what its model answers now (IN92). */
async function constrainsOf(
  life: Life,
  { contextTokens }: ModelProfile,
  signal: AbortSignal,
): Promise<boolean> {
  const { provider, modelName } = life.endpoint;
  const known = provider.constrainsJson ?? provider.constrains.get(modelName);
  if (known !== undefined) return known;
  const found = await detectStructure(patientLife(life).endpoint, contextTokens, signal);
  if (found !== undefined) provider.constrains.set(modelName, found);
  return found ?? false;
}

async function* generate(
  life: Life,
  value: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void> {
  const begun = begin(life, value, signal);
  if (!begun.ok) return yield { kind: "outcome", outcome: begun.error };
  const { request, slot, profile } = begun.value;
  const over = new AbortController();
  const either = AbortSignal.any([signal, life.gone, over.signal]);
  let outcome: GenerateOutcome;
  try {
    const end = yield* run(life, request, profile, either);
    outcome = await outcomeOf(life, end, either);
  } catch (error) {
    if (!either.aborted) throw error;
    outcome = signal.aborted
      ? { kind: "cancelled" } // IN6
      : { kind: "engine-lost", generation: life.deps.generation }; // IN2
  } finally {
    over.abort("reply over"); // IN31, also when the reader left
    slot[Symbol.dispose]();
  }
  yield { kind: "outcome", outcome };
}

/** Everything that can be said before the endpoint is asked, and a slot. */
function begin(
  life: Life,
  value: GenerateRequest,
  signal: AbortSignal,
): Result<
  {
    readonly request: GenerateRequest;
    readonly slot: Disposable;
    readonly profile: ModelProfile;
  },
  GenerateOutcome
> {
  const { provider } = life.deps;
  const refuse = (error: EngineError) => err<GenerateOutcome>({ kind: "failed", error });
  if (signal.aborted) return err({ kind: "cancelled" });
  if (life.gone.aborted) return err({ kind: "engine-lost", generation: life.deps.generation });
  const profile = life.loaded;
  if (profile === undefined) return refuse({ kind: "not-loaded" });
  const seesImages = profile.seesImages === true;
  const request = validateRequest(value, profile.promptFormat, seesImages); // IN4, IN22
  if (!request.ok) return refuse(request.error);
  const unable = unableTo(request.value, life.constrains);
  if (unable !== undefined) {
    return refuse({ kind: "request-invalid", field: unable, detail: "the endpoint cannot" });
  }
  const slot = provider.takeSlot();
  if (slot === undefined) return refuse({ kind: "busy", slots: provider.slots }); // IN5
  return ok({ request: request.value, slot, profile });
}

function unableTo(request: GenerateRequest, constrains: boolean): string | undefined {
  if (request.continueText !== "") return "continueText";
  if (constrains) return undefined;
  if (request.choices !== undefined) return "choices";
  return request.json === undefined ? undefined : "json";
}

async function* run(
  life: Life,
  request: GenerateRequest,
  profile: ModelProfile,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, ReplyEnd> {
  const { endpoint } = life;
  const { clock, limits, provider } = endpoint;
  const startedAtMs = clock.now();
  const answer = await askForReply(endpoint, request, profile.contextTokens, signal);
  if (answer.kind === "failed") {
    return { kind: "outcome", outcome: { kind: "failed", error: answer.error } };
  }
  if (answer.kind !== "stream") return answer;
  const errorOf = (status: number, body: string): EngineError => {
    const decision = decideRefusal({ status, body, retryAfter: undefined }, {
      host: provider.host,
      modelId: endpoint.modelName,
      contextTokens: profile.contextTokens,
      promptTokens: estimatePromptTokens(request),
      epochNowMs: clock.epochNow(),
      redact: (text) => provider.redact(text),
    });
    return decision.kind === "fail" ? decision.error : { kind: "busy", slots: provider.slots };
  };
  return yield* readReply(answer.body, { clock, limits, request, startedAtMs, errorOf }, signal);
}

/** IN37: what a reply's end says about the endpoint. */
async function outcomeOf(life: Life, end: ReplyEnd, signal: AbortSignal): Promise<GenerateOutcome> {
  const { endpoint, deps } = life;
  const { host } = endpoint.provider;
  if (end.kind === "outcome") {
    life.silences = 0;
    return end.outcome;
  }
  const status = await lookAt(endpoint, signal);
  if (end.kind === "silent") {
    life.silences += 1;
    if (status === undefined || life.silences >= endpoint.limits.silencesMax) {
      const detail = `${host} was silent for ${endpoint.limits.silenceMsMax} ms`;
      life.lose({ kind: "failed", reason: { kind: "not-answering", detail } });
    }
    return { kind: "failed", error: { kind: "deadline", afterMs: endpoint.limits.silenceMsMax } };
  }
  const { detail } = end;
  // Whoever started the process knows why it ended, and says so in a moment.
  const waitMs = deps.isOwnProcess === true ? endpoint.limits.exitWaitMs : 0;
  await within(endpoint.clock, waitMs, () => life.exited, signal);
  if (status !== undefined) {
    return { kind: "failed", error: { kind: "host-unreachable", host, detail } };
  }
  life.lose({ kind: "failed", reason: { kind: "host-unreachable", detail: `${host}: ${detail}` } });
  return { kind: "engine-lost", generation: deps.generation };
}

async function probe(
  life: Life,
  signal: AbortSignal,
): Promise<Result<ProbeReport, EngineError>> {
  const { clock } = life.deps;
  if (life.gone.aborted) {
    const { host } = life.deps.provider;
    return err({ kind: "host-unreachable", host, detail: "it ended" });
  }
  const patient = patientLife(life);
  const afterMs = Math.max(inferenceLimits.probeMsMax, patient.endpoint.limits.silenceMsMax);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const outcome = await within(clock, afterMs, () => lastOutcome(patient, either), signal);
    return outcome === LATE ? err({ kind: "deadline", afterMs }) : reportOf(life, outcome);
  } catch (error) {
    if (!signal.aborted) throw error;
    return err({ kind: "cancelled" });
  } finally {
    over.abort("probe over");
  }
}

/**
 * For the first questions to an endpoint of others: it may load its model only now, and stop when
 * nobody waits for it (IN97).
 */
function patientLife(life: Life): Life {
  if (life.deps.isOwnProcess === true) return life;
  const { limits } = life.endpoint;
  const silenceMsMax = Math.max(limits.silenceMsMax, limits.warmUpMsMax);
  return { ...life, endpoint: { ...life.endpoint, limits: { ...limits, silenceMsMax } } };
}

async function lastOutcome(life: Life, signal: AbortSignal): Promise<GenerateOutcome> {
  for await (const event of generate(life, PROBE, signal)) {
    if (event.kind === "outcome") return event.outcome;
  }
  return { kind: "cancelled" }; // not reached: the last event is an outcome (IN1)
}

function reportOf(life: Life, outcome: GenerateOutcome): Result<ProbeReport, EngineError> {
  const { host } = life.deps.provider;
  switch (outcome.kind) {
    case "done":
      return outcome.usage.generatedTokens >= 1
        ? ok({ firstTokenMs: outcome.usage.prefillMs })
        : err({ kind: "internal", detail: `${host} generated no token` });
    case "failed":
      return err(outcome.error);
    case "cancelled":
      return err({ kind: "cancelled" });
    case "engine-lost":
      return err({ kind: "host-unreachable", host, detail: "it ended" });
  }
}

/** The smallest request that makes one real token: readiness and health are never a ping. */
const PROBE: GenerateRequest = {
  requestId: "probe",
  persona: "probe",
  segments: [{ key: "probe", role: "user", text: "Hi" }],
  continueText: "",
  stop: [],
  seed: 1,
  temperature: 0,
  topP: 1,
  tokensMax: 1,
};
