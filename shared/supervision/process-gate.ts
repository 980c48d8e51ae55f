/**
 * Process gate: may this host start a process for this engine at all? Answers with every reason.
 *
 * Owns the decision only. The facts are measured by the host (edge/host/engines).
 *
 * Rules (shared/SPEC.md, section SV):
 *   SV20  The process gate returns every reason against a start, and starts nothing for a back end
 *         that somebody else runs.
 */

/** Who runs the back end: only a `llama-server` is ours to start. */
export type ProcessBackend = "llama-server" | "auto" | "vllm" | "ollama" | "openai";

export interface ProcessFacts {
  readonly backend: ProcessBackend;
  /** Undefined where the settings name none. */
  readonly binary: {
    readonly path: string;
    readonly state: "missing" | "not-a-file" | "not-executable" | "executable";
  } | undefined;
  readonly model: {
    readonly path: string;
    readonly state: "missing" | "not-a-file" | "unreadable" | "not-gguf" | "gguf";
  } | undefined;
  /** Undefined where the system chooses a port. */
  readonly port: { readonly port: number; readonly isFree: boolean } | undefined;
}

export type ProcessRefusal =
  | { readonly kind: "backend-not-ours"; readonly backend: ProcessBackend }
  | { readonly kind: "binary-not-set" }
  | { readonly kind: "binary-missing"; readonly path: string }
  | { readonly kind: "binary-not-a-file"; readonly path: string }
  | { readonly kind: "binary-not-executable"; readonly path: string }
  | { readonly kind: "model-not-set" }
  | { readonly kind: "model-missing"; readonly path: string }
  | { readonly kind: "model-not-a-file"; readonly path: string }
  | { readonly kind: "model-unreadable"; readonly path: string }
  | { readonly kind: "model-not-gguf"; readonly path: string }
  | { readonly kind: "port-taken"; readonly port: number };

export type ProcessDecision =
  | { readonly kind: "spawn"; readonly binaryPath: string; readonly modelPath: string }
  | { readonly kind: "refuse"; readonly reasons: readonly ProcessRefusal[] };

/** Decides whether the process may start; a refusal names everything that stands against it. */
export function decideProcess({ backend, binary, model, port }: ProcessFacts): ProcessDecision {
  const reasons: ProcessRefusal[] = [];
  if (backend !== "llama-server") reasons.push({ kind: "backend-not-ours", backend });
  if (binary === undefined) reasons.push({ kind: "binary-not-set" });
  else if (binary.state !== "executable") {
    reasons.push({ kind: `binary-${binary.state}`, path: binary.path });
  }
  if (model === undefined) reasons.push({ kind: "model-not-set" });
  else if (model.state !== "gguf") {
    reasons.push({ kind: `model-${model.state}`, path: model.path });
  }
  if (port !== undefined && !port.isFree) reasons.push({ kind: "port-taken", port: port.port });
  return reasons.length > 0 || binary === undefined || model === undefined
    ? { kind: "refuse", reasons }
    : { kind: "spawn", binaryPath: binary.path, modelPath: model.path };
}
