/**
 * Readiness of an inference engine in terms of supervision: which engine errors a restart may cure.
 *
 * Owns that table and nothing else. A new engine error does not compile until it has a row.
 *
 * Rules (shared/SPEC.md, section SV):
 *   SV16  An engine error that no restart can cure is fatal: it fails at once, with its own kind.
 */

import type { EngineError } from "../inference/engine.ts";
import type { NotReady } from "./child.ts";

type IsFatal = Readonly<Record<EngineError["kind"], boolean>>;

const isFatalByKind: IsFatal = Object.freeze({
  // The host may be back in a moment; loading resumes where it was.
  "host-unreachable": false,
  // Only a person can change the key.
  "access-denied": true,
  // The same bytes will be as wrong next time.
  "wrong-bytes": true,
  "webgpu-missing": true,
  "feature-missing": true,
  "storage-full": true,
  // A fresh worker has its memory back: only terminating it frees memory reliably.
  "out-of-memory": false,
  "device-lost": false,
  "model-unknown": true,
  // An engine fetches nothing; a person decides about a download.
  "not-downloaded": true,
  "not-loaded": false,
  "prompt-too-long": true,
  "request-invalid": true,
  "busy": false,
  "deadline": false,
  "cancelled": false,
  "internal": false,
});

/** Says whether starting an engine again may cure `error`. */
export function isFatalEngineError(error: EngineError): boolean {
  return isFatalByKind[error.kind];
}

/** The readiness answer of an engine that could not load or give its first token. */
export function notReadyFromEngine(error: EngineError): NotReady {
  return {
    reason: { kind: error.kind, detail: JSON.stringify(error) },
    isFatal: isFatalEngineError(error),
  };
}
