/**
 * `llama-server` as an engine of this host: a supervised process behind the engine port.
 *
 * Owns the way from settings to a process and its engine, and what the process's end means. Does
 * not own restarts, the stall deadline and the stop's grace (supervision, through
 * `createEngineService`).
 *
 * Rules (shared/SPEC.md, sections SV and HO):
 *   SV21  A process is ready when its health answers and it generated a real token; until then a
 *         refused line and a 503 are asked again, and its end is told at once with what it last
 *         wrote.
 *   HO80  A `llama-server` listens on this machine alone, on a port that the system chose for this
 *         start unless the settings name one, and asks for a key made for this start.
 *   HO81  A refusal of the gate fails the engine at once with every reason; a retry measures anew.
 *   HO82  An engine that hangs is ended with its process before another is started.
 */

import {
  createOpenAiEngine,
  type HttpEngineLimits,
  type OpenAiEngine,
  openProvider,
  type Provider,
} from "#shared/endpoints/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import {
  type ChildExit,
  decideProcess,
  type EngineChild,
  type ProcessBackend,
  type ProcessDecision,
} from "#shared/supervision/mod.ts";
import { processLimits } from "./limits.ts";
import { environmentOf, type OwnProcess, type ProcessEnd, startProcess } from "./own-process.ts";
import { LOOPBACK, measureBinary, measureModel, tryPort } from "./process-facts.ts";

export interface LlamaServerConfig {
  readonly backend: ProcessBackend;
  readonly binaryPath: string | undefined;
  readonly modelPath: string | undefined;
  /** What the server calls the model. */
  readonly modelName: string;
  /** Of one slot. */
  readonly contextTokens: number;
  readonly slots: number;
  /** Undefined: the system chooses. */
  readonly port?: number;
  /** Put behind our own arguments, such as `--n-gpu-layers 99`. */
  readonly extraArguments?: readonly string[];
}

export interface LlamaServerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The environment of this host; the process gets what SV24 leaves of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A new key for each start: letters and digits. */
  readonly makeKey: () => string;
  readonly limits?: HttpEngineLimits;
}

export interface LlamaServer {
  /** Everything that stands against a start now. */
  gate(): Promise<ProcessDecision>;
  /** For `createEngineService`. Aborting cancels the work. */
  startEngine(generation: number, signal: AbortSignal): Promise<EngineChild>;
}

const KEY_VARIABLE = "LLAMA_API_KEY";

export function createLlamaServer(config: LlamaServerConfig, deps: LlamaServerDeps): LlamaServer {
  const gate = async (): Promise<ProcessDecision> => {
    const { backend, binaryPath, modelPath, port } = config;
    return decideProcess({
      backend,
      binary: binaryPath === undefined
        ? undefined
        : { path: binaryPath, state: await measureBinary(binaryPath) },
      model: modelPath === undefined
        ? undefined
        : { path: modelPath, state: await measureModel(modelPath) },
      port: port === undefined ? undefined : { port, isFree: await tryPort(port) !== undefined },
    });
  };
  return {
    gate,
    async startEngine(generation, signal) {
      const decision = await gate();
      const port = config.port ?? await tryPort(0); // HO80
      const key = deps.makeKey();
      const provider = openProvider({
        name: "llama-server",
        baseUrl: `http://${LOOPBACK}:${port}/v1`,
        keyVariable: KEY_VARIABLE,
        slots: config.slots,
        constrainsJson: true,
      }, () => key);
      if (!provider.ok) return refusedChild(deps, config, generation, provider.error);
      if (decision.kind === "refuse") {
        return refusedChild(deps, config, generation, decision.reasons);
      }
      signal.throwIfAborted();
      const own = await startProcess({
        command: decision.binaryPath,
        args: argumentsOf(config, decision.modelPath, port ?? 0),
        environment: { ...environmentOf(deps.environment), [KEY_VARIABLE]: key },
      }, deps);
      deps.log.write("info", "process-started", { generation, pid: own.pid, port });
      if (signal.aborted) own.kill(); // Its end is told all the same; supervision drops it.
      return bindEngine(own, openEngine(config, deps, generation, provider.value, port ?? 0), deps);
    },
  };
}

function argumentsOf(
  { modelName, contextTokens, slots, extraArguments = [] }: LlamaServerConfig,
  modelPath: string,
  port: number,
): readonly string[] {
  return [
    ...["--model", modelPath, "--alias", modelName],
    ...["--host", LOOPBACK, "--port", String(port)],
    // llama-server shares its context out among its slots.
    ...["--ctx-size", String(contextTokens * slots), "--parallel", String(slots)],
    "--no-webui",
    ...extraArguments,
  ];
}

function openEngine(
  { modelName }: LlamaServerConfig,
  { clock, limits }: LlamaServerDeps,
  generation: number,
  provider: Provider,
  port: number,
): OpenAiEngine {
  return createOpenAiEngine({
    generation,
    fetch,
    provider,
    clock,
    modelName,
    healthUrl: `http://${LOOPBACK}:${port}/health`,
    isOwnProcess: true,
    ...(limits === undefined ? {} : { limits }),
  });
}

/** Ties the two ends together: neither outlives the other, and the end says why. */
function bindEngine(own: OwnProcess, engine: OpenAiEngine, { log }: LlamaServerDeps): EngineChild {
  let isAsked = false;
  /** Why the engine was lost while its process ran. */
  let lost: ChildExit | undefined;
  const watchEngine = async (): Promise<void> => {
    lost = await engine.exited;
    if (!isAsked) own.kill(); // HO82
  };
  const watchProcess = async (): Promise<ChildExit> => {
    const end = await own.exited;
    log.write("info", "process-ended", { pid: own.pid, code: end.code, signal: end.signal });
    const exit: ChildExit = isAsked ? { kind: "cancelled" } : lost ?? exitOf(end);
    engine.lose(exit);
    return exit;
  };
  void watchEngine(); // Ends with the engine, which ends with the process.
  return {
    engine: engine.engine,
    exited: watchProcess(),
    stop() {
      isAsked = true;
      engine.lose({ kind: "cancelled" });
      own.terminate();
      return Promise.resolve();
    },
    kill() {
      isAsked ||= lost === undefined;
      own.kill();
    },
  };
}

function exitOf({ code, signal, output }: ProcessEnd): ChildExit {
  const how = signal === undefined ? `with code ${code}` : `by ${signal}`;
  const last = output.trim().slice(-processLimits.outputShownCharsMax);
  const detail = `llama-server ended ${how}${last === "" ? "" : `: ${last}`}`;
  return { kind: "failed", reason: { kind: "process-ended", detail } };
}

/** A child that ended before it began, for good until a person changes something (HO81). */
function refusedChild(
  { clock }: LlamaServerDeps,
  config: LlamaServerConfig,
  generation: number,
  reasons: readonly { readonly kind: string }[],
): EngineChild {
  const provider = openProvider({
    name: "llama-server",
    baseUrl: `http://${LOOPBACK}/`,
    slots: 1,
  }, () => undefined);
  if (!provider.ok) throw new Error("Cannot happen: the address is a constant");
  const engine = createOpenAiEngine({
    generation,
    fetch,
    provider: provider.value,
    clock,
    modelName: config.modelName,
  });
  const detail = JSON.stringify(reasons);
  engine.lose({ kind: "fatal", reason: { kind: "gate-refused", detail } });
  return engine;
}
