/**
 * Errors in plain words: what happened, whether anything was lost, what to do. Exhaustive over
 * every error that the client can hand to a screen; a new kind does not compile until it has its
 * words here.
 */

import "./errors-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";
import type { AppSnapshot, CommandError } from "../../client/app-client.ts";
import { formatBytes, formatDuration } from "../parts/format.ts";
import { refusalWords } from "./refusal-words.ts";
import { formatNumber, isMessageKey, t, tData } from "./translate.ts";

export type BootError = Extract<AppSnapshot["boot"], { phase: "failed" }>["error"];
export type AnyError = CommandError | EngineError | BootError;

export interface ErrorText {
  readonly happened: string;
  readonly lost: string;
  readonly advice: string;
  /** Technical detail to fold out and copy; empty when the words say it all. */
  readonly detail: string;
  /** Where the way on is. */
  readonly open?: "models" | "rooms" | "reload" | undefined;
}

type Words = Pick<ErrorText, "happened" | "advice"> & Partial<ErrorText>;
type EngineKind = EngineError["kind"];
type SharedKind =
  | "link-invalid"
  | "link-read-only"
  | "crypto-unfit"
  | "room-not-shared"
  | "relay-unreachable"
  | "relay-refused"
  | "wrong-room"
  | MoveKind;
type MoveKind = "room-moved" | "move-under-way" | "left-out" | "move-box-void";

/** Describes `error` for people. */
export function describeError(error: AnyError): ErrorText {
  return { lost: t("lost.nothing"), detail: detailOf(error), ...wordsOf(error) };
}

function wordsOf(error: AnyError): Words {
  switch (error.kind) {
    case "storage-full":
      return "bytesNeeded" in error ? modelStorageFull(error.bytesNeeded) : {
        happened: t("error.storage-full"),
        advice: t("error.storage-full-do"),
        open: "models",
      };
    case "storage-denied":
      return { happened: t("error.storage-denied"), advice: t("error.storage-denied-do") };
    case "storage-corrupt":
      return { happened: t("error.storage-corrupt"), advice: t("error.storage-corrupt-do") };
    case "storage-failed":
      return { happened: t("error.storage-failed"), advice: t("error.storage-failed-do") };
    case "storage-lost":
      return {
        happened: t("error.storage-lost"),
        lost: t("error.storage-lost-what"),
        advice: t("error.storage-lost-do"),
      };
    case "browser-unfit":
      return {
        happened: t("error.browser-unfit", { missing: error.missing }),
        advice: t("error.browser-unfit-do"),
      };
    case "entry-too-large":
      return {
        happened: t("error.entry-too-large", sizes(error)),
        advice: t("error.entry-too-large-do"),
      };
    case "room-unknown":
      return {
        happened: t("error.room-unknown"),
        advice: t("error.room-unknown-do"),
        open: "rooms",
      };
    case "text-empty":
    case "text-too-long":
    case "card-invalid":
    case "not-found":
    case "room-read-only":
    case "pins-full":
    case "images-full":
    case "pin-out-of-reach":
    case "nothing-to-restore":
    case "url-invalid":
    case "endpoint-refused":
    case "leader-silent":
      return commandWords(error);
    case "link-invalid":
    case "link-read-only":
    case "crypto-unfit":
    case "room-not-shared":
    case "relay-unreachable":
    case "relay-refused":
    case "wrong-room":
    case "room-moved":
    case "move-under-way":
    case "left-out":
    case "move-box-void":
      return sharedWords(error);
    default:
      return engineWords(error);
  }
}

type CommandOnly = Exclude<
  CommandError,
  | { kind: EngineKind | "storage-denied" | "storage-corrupt" | "storage-failed" | "storage-lost" }
  | {
    kind: "entry-too-large" | "room-unknown" | SharedKind;
  }
>;

function commandWords(error: CommandOnly): Words {
  switch (error.kind) {
    case "text-empty":
      return { happened: t("error.text-empty"), advice: t("error.text-empty-do") };
    case "text-too-long":
      return {
        happened: t("error.text-too-long", sizes(error)),
        lost: t("lost.draft"),
        advice: t("error.text-too-long-do"),
      };
    case "card-invalid":
      return {
        happened: t("error.card-invalid", { field: fieldName(error.field) }),
        advice: t("error.card-invalid-do"),
      };
    case "not-found":
      return { happened: t("error.not-found"), advice: t("error.not-found-do") };
    case "room-read-only":
      return {
        happened: t("error.room-read-only"),
        advice: t("error.room-read-only-do"),
        open: "reload",
      };
    case "pins-full":
      return {
        happened: t("error.pins-full", { max: formatNumber(error.pinsMax) }),
        advice: t("error.pins-full-do"),
      };
    case "images-full":
      return {
        happened: t("error.images-full", { max: formatNumber(error.imagesMax) }),
        advice: t("error.images-full-do"),
      };
    case "pin-out-of-reach":
    case "nothing-to-restore":
      return { happened: t(`error.${error.kind}`), advice: t(`error.${error.kind}-do`) };
    case "url-invalid":
      return { happened: t("error.url-invalid"), advice: t("error.url-invalid-do") };
    case "endpoint-refused":
      return {
        happened: t("error.endpoint-refused"),
        advice: t("error.endpoint-refused-do"),
        detail: `${error.kind}: ${error.reason}`,
        open: "models",
      };
    case "leader-silent":
      return { happened: t("error.leader-silent"), advice: t("error.leader-silent-do") };
    default:
      return unreachable(error);
  }
}

function sharedWords(error: Extract<CommandError, { kind: SharedKind }>): Words {
  switch (error.kind) {
    case "link-invalid":
      return { happened: t("error.link-invalid"), advice: t("error.link-invalid-do") };
    case "link-read-only":
      return { happened: t("error.link-read-only"), advice: t("error.link-read-only-do") };
    case "crypto-unfit":
      return {
        happened: t("error.crypto-unfit", { missing: error.missing }),
        advice: t("error.crypto-unfit-do"),
      };
    case "room-not-shared":
      return { happened: t("error.room-not-shared"), advice: t("error.room-not-shared-do") };
    case "relay-unreachable":
      return { happened: t("error.relay-unreachable"), advice: t("error.relay-unreachable-do") };
    case "relay-refused": {
      if (error.text !== undefined) {
        const [happened, advice] = [t("error.message-refused"), t("error.message-refused-do")];
        return { happened, advice, detail: error.text };
      }
      const { happened, advice, detail } = refusalWords(error.reason);
      return { happened, advice, detail: detail ?? "" };
    }
    case "wrong-room":
      return {
        happened: t("error.wrong-room"),
        advice: t("error.wrong-room-do"),
        detail: `${error.kind}: ${error.roomId}`,
      };
    case "left-out":
    case "move-box-void":
      return { happened: t(`error.${error.kind}`), advice: t("error.move-do") };
    case "room-moved":
    case "move-under-way":
      return { happened: t(`error.${error.kind}`), advice: t(`error.${error.kind}-do`) };
    default:
      return unreachable(error);
  }
}

function engineWords(error: Exclude<EngineError, { kind: "storage-full" }>): Words {
  switch (error.kind) {
    case "host-unreachable":
      return {
        happened: t("error.host-unreachable", { host: error.host }),
        advice: t("error.host-unreachable-do"),
        open: "models",
      };
    case "access-denied":
      return {
        happened: t("error.access-denied", { host: error.host }),
        advice: t("error.access-denied-do"),
      };
    case "wrong-bytes":
      return {
        happened: t("error.wrong-bytes", { file: error.file }),
        advice: t("error.wrong-bytes-do"),
        open: "models",
      };
    case "webgpu-missing":
      return {
        happened: t("error.webgpu-missing"),
        advice: t("error.webgpu-missing-do"),
        open: "models",
      };
    case "feature-missing":
      return {
        happened: t("error.feature-missing", { feature: error.feature }),
        advice: t("error.feature-missing-do"),
        open: "models",
      };
    case "not-downloaded":
      return {
        happened: t("error.not-downloaded", { model: error.modelId }),
        advice: t("error.not-downloaded-do"),
        open: "models",
      };
    case "model-unknown":
      return {
        happened: t("error.model-unknown", { model: error.modelId }),
        advice: t("error.model-unknown-do"),
        open: "models",
      };
    case "not-loaded":
      return { happened: t("error.not-loaded"), advice: t("error.not-loaded-do"), open: "models" };
    default:
      return runningWords(error);
  }
}

type RunningKind =
  | "out-of-memory"
  | "device-lost"
  | "prompt-too-long"
  | "request-invalid"
  | "busy"
  | "deadline"
  | "cancelled"
  | "internal";

function runningWords(error: Extract<EngineError, { kind: RunningKind }>): Words {
  switch (error.kind) {
    case "out-of-memory":
      return {
        happened: t("error.out-of-memory"),
        advice: t("error.out-of-memory-do"),
        open: "models",
      };
    case "device-lost":
      return { happened: t("error.device-lost"), advice: t("error.device-lost-do") };
    case "prompt-too-long":
      return {
        happened: t("error.prompt-too-long", {
          tokens: formatNumber(error.tokens),
          max: formatNumber(error.tokensMax),
        }),
        advice: t("error.prompt-too-long-do"),
        open: "models",
      };
    case "request-invalid":
      return {
        happened: t("error.request-invalid", { field: error.field }),
        advice: t("error.request-invalid-do"),
      };
    case "busy":
      return { happened: t("error.busy"), advice: t("error.busy-do") };
    case "deadline":
      return {
        happened: t("error.deadline", { time: formatDuration(error.afterMs) }),
        advice: t("error.deadline-do"),
      };
    case "cancelled":
      return { happened: t("error.cancelled"), advice: t("error.cancelled-do") };
    case "internal":
      return { happened: t("error.internal"), advice: t("error.internal-do") };
    default:
      return unreachable(error);
  }
}

function modelStorageFull(bytesNeeded: number): Words {
  return {
    happened: t("error.model-storage-full", { size: formatBytes(bytesNeeded) }),
    advice: t("error.model-storage-full-do"),
    open: "models",
  };
}

function sizes(error: { readonly bytes: number; readonly bytesMax: number }) {
  return { size: formatBytes(error.bytes), max: formatBytes(error.bytesMax) };
}

/** The error itself for a report. It is plain data and holds no message text. */
function detailOf(error: AnyError): string {
  return "detail" in error && error.detail !== "" ? `${error.kind}: ${error.detail}` : "";
}

/** What the form calls a field of a card. */
function fieldName(field: string): string {
  const key = `card-field.${field}`;
  return isMessageKey(key) ? tData(key, {}) : field;
}
