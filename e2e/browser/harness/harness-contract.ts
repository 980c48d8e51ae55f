/**
 * The engine contract inside a page. Cases share a production worker until one kills or unloads it:
 * loading a model for each would cost a minute.
 */

import type { Engine, GenerateRequest, ModelProfile } from "#shared/inference/mod.ts";
import { CONTRACT_RUNS, noAbort } from "#shared/testing/contracts/contract-case.ts";
import { engineContract, type EngineSubject } from "#shared/testing/contracts/engine.contract.ts";
import type { WorkerEngine } from "../../../web/adapters/worker-engine.ts";

export interface ContractOptions {
  readonly profile: ModelProfile;
  /** `{ask}` in any text is replaced by what a case asks for. */
  readonly template: GenerateRequest;
  readonly forksPrefix: boolean;
  readonly continuesText: boolean;
  readonly constrainsChoice: boolean;
  readonly constrainsJson: boolean;
}

export interface ContractReport {
  /** `passed`, or `failed: why`. */
  readonly cases: readonly { readonly title: string; readonly outcome: string }[];
}

/** Runs every case, whatever became of those before it. */
export async function runEngineContract(
  options: ContractOptions,
  open: () => { readonly child: WorkerEngine; readonly worker: Worker },
): Promise<ContractReport> {
  const cases: { title: string; outcome: string }[] = [];
  const shared: Shared = { child: undefined };
  for (const item of engineContract) {
    let outcome = "passed";
    try {
      await item.run(() => makeSubject(options, open, shared), CONTRACT_RUNS);
    } catch (error) { // Every failure is reported; the spec fails on any.
      outcome = `failed: ${String(error)}`;
    }
    cases.push({ title: item.title, outcome });
  }
  shared.child?.child.kill();
  return { cases };
}

/** The loaded worker that the next case may use; undefined once a case has spoilt it. */
interface Shared {
  child: { readonly child: WorkerEngine; readonly worker: Worker } | undefined;
}

async function makeSubject(
  { profile, template, forksPrefix, continuesText, constrainsChoice, constrainsJson }:
    ContractOptions,
  open: () => { readonly child: WorkerEngine; readonly worker: Worker },
  shared: Shared,
): Promise<EngineSubject> {
  if (shared.child === undefined) {
    const opened = open();
    const loaded = await opened.child.engine.load(profile, () => undefined, noAbort);
    if (!loaded.ok) throw new Error(`not loaded: ${JSON.stringify(loaded.error)}`);
    shared.child = opened;
  }
  const { child, worker } = shared.child;
  const engine: Engine = {
    ...child.engine,
    unload(signal) {
      shared.child = undefined;
      return child.engine.unload(signal);
    },
  };
  return {
    engine,
    profile,
    request: (ask, overrides) => ({
      ...template,
      segments: template.segments.map((segment) => ({
        ...segment,
        key: segment.key.replace("{ask}", ask),
        text: segment.text.replace("{ask}", ask),
      })),
      ...overrides,
    }),
    forksPrefix,
    continuesText,
    constrainsChoice,
    constrainsJson,
    elapse: (work) => work,
    // An uncaught error in the worker's script, as the browser reports it.
    kill() {
      shared.child = undefined;
      worker.dispatchEvent(new ErrorEvent("error", { message: "killed" }));
    },
    close: () => Promise.resolve(shared.child === undefined ? child.kill() : undefined),
  };
}
