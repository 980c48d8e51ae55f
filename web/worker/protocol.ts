/**
 * What crosses between page and inference worker, and the decoding of it on arrival.
 *
 * Three channels. `control` is Comlink: one call, one answer. `pulse` carries heartbeats and the
 * worker's own death notice. Each generation has a port of its own: numbered events out, credit and
 * cancel in, and a prompt in full when the worker lacked what it was packed against. Only plain
 * data crosses; an Error instance would arrive without its fields.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type {
  DeviceFacts,
  EngineError,
  GenerateOutcome,
  GenerateRequest,
  LoadedModel,
  LoadProgress,
  ModelProfile,
  ProbeReport,
} from "#shared/inference/mod.ts";
import type { PackedImage } from "./scripts/image-store.ts";
import type { PackedScript } from "./scripts/packed-script.ts";

/** Where model files come from; an empty text means the library's own addresses. */
export interface ModelHost {
  /** Takes the place of the weights' origin: `<weights>/<owner>/<model>/resolve/main/<file>`. */
  readonly weights: string;
  /** Takes the place of the model library prefix: `<libraries>/<version>/<file>.wasm`. */
  readonly libraries: string;
}

export interface WorkerSettings {
  readonly modelHost: ModelHost;
  /** Test switch: runs on this device whatever D42 prefers. Undefined chooses by adapter. */
  readonly force: "webgpu" | "cpu" | undefined;
}

/** The first message to a worker: it hands over both channels. */
export interface OpenMessage {
  readonly kind: "open";
  readonly control: MessagePort;
  readonly pulse: MessagePort;
  readonly settings: WorkerSettings;
}

/** A prompt as it crosses: its text as a script, its images beside it. */
export interface PackedPrompt {
  readonly script: PackedScript;
  /** Absent for none. */
  readonly images?: readonly PackedImage[];
}

/** A request whose prompt crosses packed. */
export type PackedRequest = Omit<GenerateRequest, "segments"> & PackedPrompt;

/** GPU work seen on the real queue of this worker since it started. */
export interface GpuCounters {
  readonly devices: number;
  readonly dispatches: number;
  readonly submits: number;
}

/** The calls of `control`. A refused or failed call resolves with the reason; nothing throws. */
export interface WorkerControl {
  inspectDevice(): Promise<DeviceFacts>;
  /** Bytes of GPU memory given, of `bytesWanted`; undefined without a GPU (IN100). */
  probeGpu(bytesWanted: number): Promise<number | undefined>;
  /** Progress and cancel travel on `port`, which the caller transfers. */
  load(profile: ModelProfile, port: MessagePort): Promise<Result<LoadedModel, EngineError>>;
  probe(): Promise<Result<ProbeReport, EngineError>>;
  /** Answers on `port`, which the caller transfers; resolves when the generation has ended. */
  generate(request: PackedRequest, port: MessagePort): Promise<void>;
  unload(): Promise<void>;
  gpuCounters(): Promise<GpuCounters>;
}

export type PulseMessage =
  | { readonly kind: "hello" }
  | { readonly kind: "beat" }
  /** Nothing can run here any more: replace the worker. */
  | { readonly kind: "broken"; readonly error: EngineError };

/** Worker to page, on a generation's port; `seq` counts from 0 without gaps. */
export type GenerationMessage =
  & { readonly seq: number }
  & (
    | {
      readonly kind: "prefilled";
      readonly promptTokens: number;
      readonly cachedTokens: number;
    }
    | { readonly kind: "text"; readonly text: string; readonly tokens: number }
    /** Scripts or images that are not held; the generation waits for its prompt, or a cancel. */
    | { readonly kind: "missing-script"; readonly keys: readonly string[] }
    | {
      readonly kind: "outcome";
      readonly outcome: GenerateOutcome;
      /** Set when this failure took the back end with it. */
      readonly broken: EngineError | undefined;
    }
  );

/** Page to worker, on a generation's or a load's port. */
export type PortCommand =
  | { readonly kind: "cancel" }
  /** The answer to `missing-script`: a `PackedPrompt`, decoded where it is unpacked. */
  | { readonly kind: "script"; readonly script: unknown; readonly images?: unknown }
  /** Everything up to and including `seq` was consumed. */
  | { readonly kind: "credit"; readonly seq: number };

export interface MalformedMessage {
  readonly kind: "message-malformed";
  readonly detail: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

function malformed(detail: string): Result<never, MalformedMessage> {
  return err({ kind: "message-malformed", detail });
}

/**
 * Decodes what a worker sent on a generation's port; `seqExpected` guards against lost messages.
 */
export function decodeGenerationMessage(
  value: unknown,
  seqExpected: number,
): Result<GenerationMessage, MalformedMessage> {
  if (!isRecord(value)) return malformed("not an object");
  if (value["seq"] !== seqExpected) {
    return malformed(`seq ${String(value["seq"])} instead of ${seqExpected}`);
  }
  const isWhole = value["kind"] === "prefilled"
    ? isCount(value["promptTokens"]) && isCount(value["cachedTokens"])
    : value["kind"] === "text"
    ? typeof value["text"] === "string" && isCount(value["tokens"])
    : value["kind"] === "missing-script"
    ? isTexts(value["keys"])
    : value["kind"] === "outcome" && isRecord(value["outcome"]) &&
      typeof value["outcome"]["kind"] === "string";
  return isWhole
    ? ok(value as unknown as GenerationMessage) // its fields were checked above
    : malformed(`kind ${String(value["kind"])}`);
}

export function decodePortCommand(value: unknown): Result<PortCommand, MalformedMessage> {
  if (!isRecord(value)) return malformed("not an object");
  if (value["kind"] === "cancel") return ok({ kind: "cancel" });
  if (value["kind"] === "credit" && isCount(value["seq"])) {
    return ok({ kind: "credit", seq: value["seq"] });
  }
  if (value["kind"] === "script") {
    return ok({ kind: "script", script: value["script"], images: value["images"] });
  }
  return malformed(`kind ${String(value["kind"])}`);
}

export function decodePulse(value: unknown): Result<PulseMessage, MalformedMessage> {
  if (!isRecord(value)) return malformed("not an object");
  switch (value["kind"]) {
    case "hello":
      return ok({ kind: "hello" });
    case "beat":
      return ok({ kind: "beat" });
    case "broken":
      return isRecord(value["error"]) && typeof value["error"]["kind"] === "string"
        ? ok({ kind: "broken", error: value["error"] as unknown as EngineError })
        : malformed("broken without an error");
    default:
      return malformed(`kind ${String(value["kind"])}`);
  }
}

export function isLoadProgress(value: unknown): value is LoadProgress {
  return isRecord(value) && typeof value["phase"] === "string" &&
    typeof value["file"] === "string" && isCount(value["bytesDone"]);
}

export function isOpenMessage(value: unknown): value is OpenMessage {
  return isRecord(value) && value["kind"] === "open" && isRecord(value["settings"]) &&
    value["control"] instanceof MessagePort && value["pulse"] instanceof MessagePort;
}
