/**
 * Takes a generation's request in: rebuilds its prompt from the scripts that this worker holds.
 *
 * Owns the held scripts and the one question for a prompt in full. Does not own the request's
 * validity (worker core).
 *
 * Rules (shared/SPEC.md, section IN): IN19.
 */

import type { EngineError, GenerateOutcome } from "#shared/inference/mod.ts";
import type { GenerationPort, SentPrompt } from "./generation-port.ts";
import type { PackedRequest } from "./protocol.ts";
import { type ImageStore, noImages, unpackImages } from "./scripts/image-store.ts";
import type { ScriptLimits } from "./scripts/limits.ts";
import { decodePackedScript } from "./scripts/packed-script.ts";
import { parseScript } from "./scripts/script.ts";
import { emptyStore, type ScriptStore } from "./scripts/script-store.ts";
import { unpackScript } from "./scripts/unpack-script.ts";

export interface ScriptReceiver {
  /** The segments of a prompt that came packed, or why there are none. */
  unpack(prompt: SentPrompt): Unpacked;
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
  let images: ImageStore<Uint8Array<ArrayBuffer>> = noImages;
  return {
    unpack(prompt) {
      const packed = decodePackedScript(prompt.script, limits);
      if (!packed.ok) return { kind: "malformed", detail: packed.error.detail };
      const shown = unpackImages(images, prompt.images);
      if (shown.kind === "malformed") return shown;
      const step = unpackScript(store, packed.value, limits);
      store = step.store;
      if (step.kind === "missing" || shown.kind === "missing") {
        const keys = [step, shown].flatMap((one) => one.kind === "missing" ? one.keys : []);
        return { kind: "missing", keys }; // IN19, IN23
      }
      images = shown.store;
      const segments = parseScript(step.text);
      if (!segments.ok) return { kind: "malformed", detail: segments.error.detail };
      const whole = segments.value.map((segment, index) => {
        const own = shown.images.get(index);
        return own === undefined ? segment : { ...segment as object, images: own };
      });
      return { kind: "whole", segments: whole };
    },
    drop() {
      store = emptyStore;
      images = noImages;
    },
  };
}

/** A cancel of `port` ends the wait for a prompt in full, and with it the generation. */
export async function takeRequest(
  scripts: ScriptReceiver,
  { script, images, ...rest }: PackedRequest,
  port: GenerationPort,
): Promise<TakenRequest> {
  let unpacked = scripts.unpack({ script, images });
  if (unpacked.kind === "missing") {
    const whole = await port.askScript(unpacked.keys, port.cancelled);
    if (port.cancelled.aborted || whole === undefined) {
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
