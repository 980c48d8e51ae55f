/**
 * Takes a generation's request in: rebuilds its prompt from the scripts that this worker holds.
 *
 * Owns the held scripts and the one question for a prompt in full. Does not own the request's
 * validity (worker core).
 *
 * Rules (shared/SPEC.md, section IN): IN19.
 */

import type { EngineError, GenerateOutcome } from "#shared/inference/mod.ts";
import type { GenerationPort } from "./generation-port.ts";
import type { PackedRequest } from "./protocol.ts";
import type { ScriptLimits } from "./scripts/limits.ts";
import { decodePackedScript } from "./scripts/packed-script.ts";
import { parseScript } from "./scripts/script.ts";
import { emptyStore, type ScriptStore } from "./scripts/script-store.ts";
import { unpackScript } from "./scripts/unpack-script.ts";

export interface ScriptReceiver {
  /** The segments of a script that came packed, or why there are none. */
  unpack(script: unknown): Unpacked;
  /** Frees everything held. */
  drop(): void;
}

export type Unpacked =
  | { readonly kind: "whole"; readonly segments: readonly unknown[] }
  | { readonly kind: "missing"; readonly keys: readonly string[] }
  | { readonly kind: "malformed"; readonly detail: string };

export type TakenRequest =
  /** Not validated. */
  | { readonly kind: "request"; readonly request: unknown }
  | {
    readonly kind: "ended";
    readonly outcome: GenerateOutcome;
    readonly broken: EngineError | undefined;
  };

export function createScriptReceiver(limits: ScriptLimits): ScriptReceiver {
  let store: ScriptStore = emptyStore;
  return {
    unpack(script) {
      const packed = decodePackedScript(script, limits);
      if (!packed.ok) return { kind: "malformed", detail: packed.error.detail };
      const step = unpackScript(store, packed.value, limits);
      store = step.store;
      if (step.kind === "missing") return step;
      const segments = parseScript(step.text);
      return segments.ok
        ? { kind: "whole", segments: segments.value }
        : { kind: "malformed", detail: segments.error.detail };
    },
    drop() {
      store = emptyStore;
    },
  };
}

/** A cancel of `port` ends the wait for a prompt in full, and with it the generation. */
export async function takeRequest(
  scripts: ScriptReceiver,
  { script, ...rest }: PackedRequest,
  port: GenerationPort,
): Promise<TakenRequest> {
  let unpacked = scripts.unpack(script);
  if (unpacked.kind === "missing") {
    const whole = await port.askScript(unpacked.keys, port.cancelled);
    if (port.cancelled.aborted) {
      return { kind: "ended", outcome: { kind: "cancelled" }, broken: undefined };
    }
    unpacked = scripts.unpack(whole);
  }
  switch (unpacked.kind) {
    case "whole":
      return { kind: "request", request: { ...rest, segments: unpacked.segments } };
    case "malformed": {
      const { detail } = unpacked;
      return failed({ kind: "request-invalid", field: "segments", detail }, false);
    }
    case "missing": // Sent in full it does not match its own key: one of the two sides is wrong.
      return failed({ kind: "internal", detail: "missing-script-twice" }, true);
  }
}

function failed(error: EngineError, isBroken: boolean): TakenRequest {
  return {
    kind: "ended",
    outcome: { kind: "failed", error },
    broken: isBroken ? error : undefined,
  };
}
