/**
 * What crosses between the page and the download worker.
 *
 * The page opens one port for each download; the job goes with it. The worker answers on the port
 * with amounts and, once and last, the outcome. Only plain data crosses.
 */

import type { DownloadAmount, DownloadOutcome, ModelFile } from "#shared/inference/mod.ts";
import type { ModelUrls } from "../web-llm/model-host.ts";

export interface DownloadJob {
  readonly kind: "download";
  readonly modelId: string;
  /** `mlc`: the model's own lists tell the files. */
  readonly source:
    | { readonly kind: "files"; readonly files: readonly ModelFile[] }
    | { readonly kind: "mlc"; readonly urls: ModelUrls };
}

export interface DownloadNews extends DownloadAmount {
  readonly kind: "amount";
  /** True while a hash is computed: bytes stand still. */
  readonly isChecking: boolean;
}

export type DownloadMessage =
  | DownloadNews
  | { readonly kind: "outcome"; readonly outcome: DownloadOutcome };

/** Page to worker, on the port of a download. */
export interface StopMessage {
  readonly kind: "stop";
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;

export function isDownloadJob(value: unknown): value is DownloadJob {
  return isRecord(value) && value["kind"] === "download" &&
    typeof value["modelId"] === "string" && isRecord(value["source"]);
}

export function isDownloadMessage(value: unknown): value is DownloadMessage {
  if (!isRecord(value)) return false;
  return value["kind"] === "amount"
    ? Number.isFinite(value["bytesDone"])
    : value["kind"] === "outcome" && isRecord(value["outcome"]);
}
