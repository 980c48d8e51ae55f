/**
 * What crosses between the host and its starter worker, and the decoding of it on arrival.
 *
 * One port. A reply has at most `tokensMax` events behind its prompt, so what waits on the port is
 * bounded by the request: a reader that is slow loses nothing and needs no credit.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type {
  EngineError,
  GenerateEvent,
  GenerateRequest,
  LoadedModel,
  ModelProfile,
} from "#shared/inference/mod.ts";

/** Host to worker. A request was validated. */
export type StarterCommand =
  | { readonly kind: "load"; readonly profile: ModelProfile }
  | { readonly kind: "generate"; readonly id: number; readonly request: GenerateRequest }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "unload" };

/** Worker to host. Only plain data crosses; an Error would arrive without its fields. */
export type StarterNews =
  | { readonly kind: "beat" }
  | { readonly kind: "loaded"; readonly result: Result<LoadedModel, EngineError> }
  | { readonly kind: "event"; readonly id: number; readonly event: GenerateEvent }
  /** Nothing can run here any more: replace the worker. */
  | { readonly kind: "broken"; readonly error: EngineError };

/** The part of a message port, a worker and a worker's parent that is used here. */
export interface StarterPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

/** Both ends are ours: only the outer shape is looked at, and one that is wrong is a defect. */
export function decodeNews(value: unknown): Result<StarterNews, { readonly detail: string }> {
  const fields = fieldsOf(value);
  const isWhole = fields?.["kind"] === "beat" ||
    (fields?.["kind"] === "loaded" && typeof fieldsOf(fields["result"])?.["ok"] === "boolean") ||
    (fields?.["kind"] === "broken" && isKinded(fields["error"])) ||
    (fields?.["kind"] === "event" && Number.isSafeInteger(fields["id"]) &&
      isKinded(fields["event"]));
  return isWhole ? ok(value as StarterNews) : err({ detail: `kind ${String(fields?.["kind"])}` });
}

export function decodeCommand(value: unknown): Result<StarterCommand, { readonly detail: string }> {
  const fields = fieldsOf(value);
  const hasId = Number.isSafeInteger(fields?.["id"]);
  const isWhole = fields?.["kind"] === "unload" || (fields?.["kind"] === "cancel" && hasId) ||
    (fields?.["kind"] === "load" && fieldsOf(fields["profile"]) !== undefined) ||
    (fields?.["kind"] === "generate" && hasId && fieldsOf(fields["request"]) !== undefined);
  return isWhole
    ? ok(value as StarterCommand)
    : err({ detail: `kind ${String(fields?.["kind"])}` });
}

function isKinded(value: unknown): boolean {
  return typeof fieldsOf(value)?.["kind"] === "string";
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null
    ? value as Readonly<Record<string, unknown>>
    : undefined;
}
