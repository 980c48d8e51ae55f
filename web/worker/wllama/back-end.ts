/**
 * The wllama back end: any GGUF model on llama.cpp, by the CPU or by WebGPU with half floats.
 *
 * Owns the pinning of personas to slots, the declaration of the lane, and what a model can do, as
 * far as a try tells. One generation at a time: several would share one thread, and each would see
 * its words only when the others have theirs (run).
 *
 * Rules (shared/SPEC.md, section IN): IN8, IN9, IN50 to IN55.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type BackEndOutcome,
  type ByteSource,
  type DeviceFacts,
  type EngineError,
  type GenerateRequest,
  type GenerateSink,
  type GgufHeader,
  type LoadedModel,
  type LoadProgress,
  type ModelProfile,
  probeRequest,
  readGguf,
  sanityRequest,
} from "#shared/inference/mod.ts";
import type { BackEnd, BackEndDeps } from "../back-end.ts";
import type { ModelFiles } from "../model-files.ts";
import { createReplySink } from "../reply-sink.ts";
import { checkSchema } from "./check-schema.ts";
import { createPlainText, type LlamaTimings, toLlamaRequest, toUsage } from "./chat-request.ts";
import { planLoad } from "./plan-load.ts";
import type { LlamaChunk, LlamaSession, OpenLlama } from "./session.ts";
import { emptySlotTable, type SlotTable, takeSlot } from "./slot-table.ts";
import type { LlamaEnd } from "./worker-watch.ts";

const SLOTS = 1;

export interface WllamaDeps extends BackEndDeps {
  readonly files: Pick<ModelFiles, "open">;
  readonly inspectDevice: () => Promise<DeviceFacts>;
  readonly openLlama: OpenLlama;
}

interface Ready {
  readonly session: LlamaSession;
  readonly plain: (text: string) => string;
  slots: SlotTable;
}

export function createWllamaOn(deps: WllamaDeps): BackEnd {
  let ready: Ready | undefined;

  async function load(
    profile: ModelProfile,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<LoadedModel, EngineError>> {
    const path = profile.files?.[0]?.path ?? "";
    const file = await deps.files.open(profile.id, path);
    if (file === undefined) return err({ kind: "model-unknown", modelId: profile.id });
    const header = await checkFile(file, path, signal);
    if (!header.ok) return header;
    const facts = await deps.inspectDevice();
    const plan = planLoad(profile, file.size, facts, deps.settings.force);
    if (!plan.ok) return plan;
    const bytesTotal = file.size;
    let bytesDone = 0;
    const onRead = (bytes: number) => {
      bytesDone = Math.min(bytesTotal, bytesDone + bytes); // Its beginning is read more than once.
      onProgress({ phase: "loading", file: path, bytesDone, bytesTotal });
    };
    const opened = await deps.openLlama(file, plan.value, onRead, signal);
    if (opened.kind === "refused") {
      // The file is whole: what is in it is new to llama.cpp, or its memory did not do.
      return err({ kind: "internal", detail: `llama.cpp refused it: ${opened.log.join("; ")}` });
    }
    if (opened.kind !== "opened") return err(toEngineError(opened));
    const { session } = opened;
    const plain = createPlainText(header.value.controlTokens);
    const made: Ready = { session, plain, slots: emptySlotTable(plan.value.kvSlots) };
    onProgress({ phase: "warming-up", file: "", bytesDone: 0, bytesTotal: undefined });
    const tried = await tryModel(made, profile, deps, signal);
    if (!tried.ok) {
      session.close();
      return tried;
    }
    ready = made;
    const { dispatches, continuesText } = tried.value;
    // IN9: the lane is what happened, whatever was planned.
    const isGpu = dispatches > 0;
    return ok({
      modelId: profile.id,
      lane: !isGpu ? "cpu" : facts.webgpu === "software" ? "webgpu-software" : "webgpu",
      contextTokens: session.contextTokens,
      slots: SLOTS,
      adapter: isGpu ? facts.adapter : "",
      continuesText,
      constrainsChoice: true,
      constrainsJson: true,
      promptLayout: "own-script",
      seesImages: false,
    });
  }

  return {
    load,
    async generate(request, sink, signal) {
      return ready === undefined
        ? { kind: "failed", error: { kind: "not-loaded" }, isFatal: false }
        : await runRequest(ready, request, sink, signal);
    },
    unload() {
      ready?.session.close();
      ready = undefined;
      return Promise.resolve();
    },
  };
}

/** llama.cpp would take a cut file for a loaded one; its header tells where it ends (IN55). */
async function checkFile(
  file: Blob,
  path: string,
  signal: AbortSignal,
): Promise<Result<GgufHeader, EngineError>> {
  const source: ByteSource = {
    bytes: file.size,
    readFirst: async (bytes) => await file.slice(0, bytes).bytes(),
  };
  try {
    const header = await readGguf(source, signal);
    if (header.ok) return header;
    const { kind, ...facts } = header.error;
    const detail = [kind, ...Object.values(facts)].join(" ");
    return err({ kind: "wrong-bytes", file: path, detail });
  } catch (error) {
    if (signal.aborted) return err({ kind: "cancelled" });
    throw error;
  }
}

interface Tried {
  readonly dispatches: number;
  readonly continuesText: boolean;
}

/** Makes a real token, and another behind a beginning: not every chat template allows it (IN54). */
async function tryModel(
  ready: Ready,
  profile: ModelProfile,
  { findReplyNonsense }: BackEndDeps,
  signal: AbortSignal,
): Promise<Result<Tried, EngineError>> {
  const reply = createReplySink();
  const first = await runRequest(ready, sanityRequest(profile), reply.sink, signal);
  if (first.kind === "cancelled") return err({ kind: "cancelled" });
  if (first.kind === "failed") return err(first.error);
  const nonsense = findReplyNonsense(reply.text()); // IN71
  if (nonsense !== undefined) {
    return err({ kind: "internal", detail: `Cannot use "${profile.id}": ${nonsense}` });
  }
  const dispatches = await ready.session.dispatchCount();
  const probe = { ...probeRequest(profile), continueText: "I" };
  const begun = await runRequest(ready, probe, createReplySink().sink, signal);
  if (begun.kind === "cancelled") return err({ kind: "cancelled" });
  if (begun.kind === "failed" && begun.isFatal) return err(begun.error);
  return ok({ dispatches, continuesText: begun.kind === "done" });
}

async function runRequest(
  ready: Ready,
  request: GenerateRequest,
  sink: GenerateSink,
  signal: AbortSignal,
): Promise<BackEndOutcome> {
  const fault = request.json && checkSchema(JSON.parse(request.json.schema));
  if (fault !== undefined) {
    const detail = `unable to hold ${fault}`;
    const error = { kind: "request-invalid", field: "json", detail } as const;
    return { kind: "failed", error, isFatal: false }; // IN52
  }
  const { table, slot } = takeSlot(ready.slots, request.persona);
  ready.slots = table;
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) stop.abort();
  const reply = createReply(sink, () => stop.abort(), stop.signal);
  try {
    const end = await ready.session.complete(
      toLlamaRequest(request, slot, ready.plain),
      reply.take,
      stop.signal,
    );
    await reply.delivered();
    if (signal.aborted && (end.kind === "aborted" || end.kind === "ended")) {
      return { kind: "cancelled" };
    }
    if (end.kind !== "ended" && !reply.isStopped()) return toFailure(end);
    return reply.finish(request);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

interface Reply {
  readonly take: (chunk: LlamaChunk) => void;
  /** Resolves when the reader has everything that was taken. */
  delivered(): Promise<void>;
  isStopped(): boolean;
  finish(request: GenerateRequest): BackEndOutcome;
}

/** Hands chunks on in their order; `onStop` is told once when a stop string was met. */
function createReply(sink: GenerateSink, onStop: () => void, signal: AbortSignal): Reply {
  let delivery = Promise.resolve();
  let timings: LlamaTimings | undefined;
  let finish: string | undefined;
  let text = "";
  let isStopped = false;

  /** At most `tokensMax` chunks wait here when the reader is slow. */
  async function deliver(chunk: LlamaChunk): Promise<void> {
    if (isStopped || signal.aborted || chunk.timings === undefined) return;
    const before = timings;
    timings = chunk.timings;
    finish = chunk.finish ?? finish;
    if (before === undefined) {
      const { promptTokens, cachedTokens } = toUsage(timings);
      sink.prefilled(promptTokens, cachedTokens);
    }
    if (chunk.text === "") return;
    text += chunk.text;
    const tokens = timings.predicted_n - (before?.predicted_n ?? 0);
    const step = await sink.text(chunk.text, tokens, signal);
    if (step === "stop") {
      isStopped = true;
      onStop();
    }
  }

  return {
    take(chunk) {
      delivery = delivery.then(() => deliver(chunk));
    },
    delivered: () => delivery,
    isStopped: () => isStopped,
    finish({ choices, json }) {
      if (timings === undefined) return broken("llama.cpp told no figures");
      const isWhole = isStopped || finish === "stop";
      // Whatever was made of the grammar, no other text passes for a choice or for JSON.
      if (choices?.includes(text) === false) return broken("llama.cpp left the grammar"); // IN13
      if (json !== undefined && isWhole && !isJson(text)) {
        return broken("llama.cpp left the schema");
      }
      return { kind: "done", finish: isWhole ? "stop" : "length", usage: toUsage(timings) };
    },
  };
}

function broken(detail: string): BackEndOutcome {
  return { kind: "failed", error: { kind: "internal", detail }, isFatal: false };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch { // It throws for nothing else.
    return false;
  }
}

/** A refusal is of one request; after anything else llama.cpp is gone. */
function toFailure(end: Exclude<LlamaEnd, { kind: "ended" }>): BackEndOutcome {
  if (end.kind !== "refused") return { kind: "failed", error: toEngineError(end), isFatal: true };
  const { type, message, n_prompt_tokens, n_ctx } = end.refusal;
  if (type === "exceed_context_size_error") {
    const tokens = n_prompt_tokens ?? 0;
    const error = { kind: "prompt-too-long", tokens, tokensMax: n_ctx ?? 0 } as const;
    return { kind: "failed", error, isFatal: false };
  }
  return { kind: "failed", error: { kind: "internal", detail: message }, isFatal: false };
}

function toEngineError(
  end: Extract<LlamaEnd, { kind: "aborted" | "crashed" | "silent" | "ended" }>,
) {
  switch (end.kind) {
    case "crashed":
      return { kind: "internal", detail: `llama.cpp ended: ${end.detail}` } as const;
    case "silent":
      return { kind: "deadline", afterMs: end.afterMs } as const;
    case "aborted":
    case "ended":
      return { kind: "cancelled" } as const;
  }
}
