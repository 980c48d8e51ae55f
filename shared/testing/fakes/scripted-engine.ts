/**
 * An engine that follows a script: which reply, how fast, and what goes wrong at which point.
 *
 * Keeps the engine contract (IN1 to IN7, IN10, IN13, IN20) on a `Clock` port, so that a simulation
 * can run it in no time and a test can stop between two tokens.
 */

import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type {
  Engine,
  EngineError,
  GenerateEvent,
  GenerateOutcome,
  GenerateRequest,
  LoadedModel,
  LoadProgress,
  ProbeReport,
} from "../../inference/engine.ts";
import { inferenceLimits } from "../../inference/limits.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { emptyStopScan, flushStopText, pushStopText } from "../../inference/stop-strings.ts";
import { validateRequest } from "../../inference/validate-request.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ChildExit } from "../../supervision/child.ts";

/** What goes wrong. Load faults wait for the next load, the others for the next generation. */
export type ScriptedFault =
  | { readonly kind: "die-at-token"; readonly token: number }
  | { readonly kind: "lose-device"; readonly token: number }
  /** Prefill never returns and hears no cancel. */
  | { readonly kind: "hang-in-prefill" }
  /** The back end goes on for `lateMs` after a cancel; what it sends then is never seen. */
  | { readonly kind: "late-event-after-cancel"; readonly lateMs: number }
  | { readonly kind: "refuse-busy" }
  | { readonly kind: "fail-at-token"; readonly token: number; readonly error: EngineError }
  | { readonly kind: "wrong-bytes"; readonly file: string }
  | { readonly kind: "host-unreachable"; readonly host: string }
  | { readonly kind: "hang-in-load" };

export interface ScriptedEngineOptions {
  readonly clock: Clock;
  readonly generation?: number;
  /** The pieces of a reply, one a token; the engine stops by itself behind the last. */
  readonly reply?: (request: GenerateRequest) => readonly string[];
  readonly slots?: number;
  readonly contextTokens?: number;
  readonly loadMs?: number;
  readonly prefillMsPerToken?: number;
  readonly tokenMs?: number;
  readonly continuesText?: boolean;
  readonly constrainsChoice?: boolean;
  readonly constrainsJson?: boolean;
  /** What is said to a request with a schema, in pieces of eight characters. */
  readonly sayJson?: (request: GenerateRequest) => string;
  /** Which of a request's choices is said; without it the seed picks one. */
  readonly choose?: (request: GenerateRequest, choices: readonly string[]) => string;
}

const DEFAULT_REPLY: readonly string[] = ["I", " am", " here", "."];

type Options = Required<ScriptedEngineOptions>;
type LoadFault = Extract<
  ScriptedFault["kind"],
  "wrong-bytes" | "host-unreachable" | "hang-in-load"
>;

const isLoadFault = (fault: ScriptedFault): boolean =>
  (["wrong-bytes", "host-unreachable", "hang-in-load"] satisfies LoadFault[] as string[])
    .includes(fault.kind);

/** Thrown inside the engine to leave a wait; never crosses its face. */
const OVER = { kind: "over" } as const;

export class ScriptedEngine implements Engine {
  readonly generation: number;
  /** Resolves when the back end died, as supervision would hear it. */
  readonly exited: Promise<ChildExit>;
  /** Requests that reached the back end, in order. */
  readonly taken: GenerateRequest[] = [];
  readonly #options: Options;
  readonly #life = new AbortController();
  #resolveExited: (exit: ChildExit) => void = () => undefined;
  #faults: ScriptedFault[] = [];
  #profile: ModelProfile | undefined;
  #runningCount = 0;
  /** Keys of the segments before the last, of every prompt so far. */
  #prefixes: string[][] = [];

  constructor(options: ScriptedEngineOptions) {
    this.#options = {
      generation: 1,
      reply: () => DEFAULT_REPLY,
      slots: 1,
      contextTokens: 1_024,
      loadMs: 100,
      prefillMsPerToken: 1,
      tokenMs: 10,
      continuesText: true,
      constrainsChoice: true,
      constrainsJson: true,
      sayJson: () => '{"tool":"none"}',
      choose: ({ seed }, choices) => choices[seed % choices.length] ?? "",
      ...options,
    };
    this.generation = this.#options.generation;
    this.exited = new Promise((resolve) => (this.#resolveExited = resolve));
  }

  /** Lets `fault` strike the next load or the next generation; several wait in line. */
  inject(fault: ScriptedFault): void {
    this.#faults.push(fault);
  }

  /** The back end dies now: everything in flight ends `engine-lost`. */
  kill(kind = "killed"): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort(OVER);
    this.#resolveExited({ kind: "failed", reason: { kind, detail: "scripted" } });
  }

  async load(
    profile: ModelProfile,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<LoadedModel, EngineError>> {
    if (signal.aborted) return err({ kind: "cancelled" });
    const fault = this.#takeFault(true);
    const file = "model";
    const bytesTotal = profile.downloadBytes;
    onProgress({ phase: "downloading", file, bytesDone: 0, bytesTotal });
    const waited = await this.#wait(
      fault?.kind === "hang-in-load" ? Number.MAX_SAFE_INTEGER : this.#options.loadMs,
      signal,
    );
    if (waited === "cancelled") return err({ kind: "cancelled" });
    if (waited === "lost") return err({ kind: "internal", detail: "the engine has ended" });
    if (fault?.kind === "wrong-bytes") {
      return err({ kind: "wrong-bytes", file: fault.file, detail: "scripted" });
    }
    if (fault?.kind === "host-unreachable") {
      return err({ kind: "host-unreachable", host: fault.host, detail: "scripted" });
    }
    onProgress({ phase: "warming-up", file, bytesDone: bytesTotal, bytesTotal });
    this.#profile = profile;
    const { contextTokens, slots, continuesText } = this.#options;
    const { constrainsChoice, constrainsJson } = this.#options;
    const lane = profile.needsWebGpu ? "webgpu" : "cpu";
    const can = { continuesText, constrainsChoice, constrainsJson };
    const prompt = { promptLayout: "own-script", seesImages: false } as const;
    return ok({ modelId: profile.id, lane, contextTokens, slots, adapter: "", ...can, ...prompt });
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
    const fault = this.#takeFault(false);
    const refusal = this.#refuse(request, fault, signal);
    if (refusal !== undefined) return yield { kind: "outcome", outcome: refusal };
    this.taken.push(request);
    this.#runningCount += 1;
    try {
      const outcome = yield* this.#run(request, fault, signal);
      yield { kind: "outcome", outcome };
    } finally {
      this.#runningCount -= 1;
    }
  }

  async probe(signal: AbortSignal): Promise<Result<ProbeReport, EngineError>> {
    if (this.#profile === undefined) return err({ kind: "not-loaded" });
    const { slots, tokenMs } = this.#options;
    if (this.#runningCount >= slots) return err({ kind: "busy", slots });
    const waited = await this.#wait(tokenMs, signal);
    if (waited === "cancelled") return err({ kind: "cancelled" });
    if (waited === "lost") return err({ kind: "internal", detail: "the engine has ended" });
    return ok({ firstTokenMs: tokenMs });
  }

  unload(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#profile = undefined;
    return Promise.resolve();
  }

  #refuse(
    request: GenerateRequest,
    fault: ScriptedFault | undefined,
    signal: AbortSignal,
  ): GenerateOutcome | undefined {
    const failed = (error: EngineError): GenerateOutcome => ({ kind: "failed", error });
    if (signal.aborted) return { kind: "cancelled" };
    if (this.#life.signal.aborted) return this.#lost();
    if (this.#profile === undefined) return failed({ kind: "not-loaded" });
    const valid = validateRequest(request, this.#profile.promptFormat);
    if (!valid.ok) return failed(valid.error);
    if (request.continueText !== "" && !this.#options.continuesText) {
      return failed({ kind: "request-invalid", field: "continueText", detail: "scripted" });
    }
    if (request.choices !== undefined && !this.#options.constrainsChoice) {
      return failed({ kind: "request-invalid", field: "choices", detail: "scripted" });
    }
    if (request.json !== undefined && !this.#options.constrainsJson) {
      return failed({ kind: "request-invalid", field: "json", detail: "scripted" });
    }
    const { slots } = this.#options;
    const isBusy = this.#runningCount >= slots || fault?.kind === "refuse-busy";
    if (isBusy) return failed({ kind: "busy", slots });
    const tokens = countTokens(request);
    const tokensMax = this.#options.contextTokens - request.tokensMax;
    return tokens > tokensMax ? failed({ kind: "prompt-too-long", tokens, tokensMax }) : undefined;
  }

  async *#run(
    request: GenerateRequest,
    fault: ScriptedFault | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent, GenerateOutcome> {
    const promptTokens = countTokens(request);
    const cachedTokens = this.#cachedTokens(request);
    const prefillMs = (promptTokens - cachedTokens) * this.#options.prefillMsPerToken;
    const isHung = fault?.kind === "hang-in-prefill";
    const waited = await this.#wait(isHung ? Number.MAX_SAFE_INTEGER : prefillMs, signal);
    if (isHung && waited === "cancelled") {
      // IN3: the cancel is not acknowledged, so the engine goes down with it.
      await this.#wait(inferenceLimits.cancelAckMsMax, noAbort);
      this.kill("cancel-ignored");
    }
    if (waited !== "passed") return this.#ended(waited);
    yield { kind: "prefilled", promptTokens, cachedTokens };
    let scan = emptyStopScan;
    let finish: "stop" | "length" = "stop";
    let count = 0;
    for (const piece of this.#piecesOf(request)) {
      if (count === request.tokensMax) {
        finish = "length";
        break;
      }
      const next = await this.#wait(this.#options.tokenMs, signal);
      if (next === "cancelled" && fault?.kind === "late-event-after-cancel") {
        await this.#wait(fault.lateMs, noAbort);
      }
      if (next !== "passed") return this.#ended(next);
      count += 1;
      if (fault !== undefined && "token" in fault && fault.token === count) {
        if (fault.kind === "fail-at-token") return { kind: "failed", error: fault.error };
        this.kill(fault.kind === "lose-device" ? "device-lost" : "worker-error");
        return this.#lost();
      }
      const step = pushStopText(scan, piece, request.stop);
      scan = step.scan;
      if (step.text !== "") yield { kind: "text", text: step.text, tokens: 1 };
      if (scan.stopped) break;
    }
    const rest = flushStopText(scan);
    if (rest !== "") yield { kind: "text", text: rest, tokens: 0 };
    const decodeMs = count * this.#options.tokenMs;
    const usage = { promptTokens, cachedTokens, generatedTokens: count, prefillMs, decodeMs };
    return { kind: "done", finish, usage };
  }

  /** A choice is said word by word. */
  #piecesOf(request: GenerateRequest): readonly string[] {
    const { choices, json } = request;
    if (json !== undefined) {
      const text = this.#options.sayJson(request);
      assert(JSON.parse(text) !== undefined, "Cannot say it: it is not JSON");
      return text.match(/.{1,8}/gsu) ?? [];
    }
    if (choices === undefined) return this.#options.reply(request);
    const choice = this.#options.choose(request, choices);
    assert(choices.includes(choice), `Cannot say "${choice}": it is not among the choices`);
    return choice.split(/(?= )/);
  }

  /**
   * IN10: the longest run of leading keys that an earlier prompt shared, the last segment aside.
   */
  #cachedTokens(request: GenerateRequest): number {
    const shared = request.segments.slice(0, -1);
    const keys = shared.map((segment) => segment.key);
    const common = (other: readonly string[]): number => {
      const at = keys.findIndex((key, index) => other[index] !== key);
      return at < 0 ? keys.length : at;
    };
    const count = Math.max(0, ...this.#prefixes.map(common));
    this.#prefixes.push(keys);
    return shared.slice(0, count).reduce((sum, segment) => sum + wordsIn(segment.text), 0);
  }

  /** Ends with whichever comes first: the time, the owner's abort, the back end's death. */
  async #wait(ms: number, signal: AbortSignal): Promise<"passed" | "cancelled" | "lost"> {
    try {
      await this.#options.clock.sleep(ms, AbortSignal.any([signal, this.#life.signal]));
      return "passed";
    } catch (error) { // The sleep rejects for nothing but these two.
      if (signal.aborted) return "cancelled";
      if (this.#life.signal.aborted) return "lost";
      throw error;
    }
  }

  #ended(how: "cancelled" | "lost"): GenerateOutcome {
    return how === "cancelled" ? { kind: "cancelled" } : this.#lost();
  }

  #lost(): GenerateOutcome {
    return { kind: "engine-lost", generation: this.generation };
  }

  #takeFault(isLoad: boolean): ScriptedFault | undefined {
    const at = this.#faults.findIndex((fault) => isLoadFault(fault) === isLoad);
    return at < 0 ? undefined : this.#faults.splice(at, 1)[0];
  }
}

const noAbort: AbortSignal = new AbortController().signal;

function countTokens(request: GenerateRequest): number {
  const texts = [...request.segments.map((segment) => segment.text), request.continueText];
  return texts.reduce((sum, text) => sum + wordsIn(text), 0);
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
