/**
 * Decides whether a request may reach a back end (IN4): one malformed request must not harm others.
 *
 * Owns the shape, the limits and the fit to the model's prompt format. Token counts are the back
 * end's matter: only its tokeniser knows them.
 */

import { err, ok, type Result } from "../base/result.ts";
import { checkImages, pickImage } from "./check-images.ts";
import { checkChoices } from "./check-choices.ts";
import { checkJson } from "./check-json.ts";
import type { EngineError, GenerateRequest, PromptSegment } from "./engine.ts";
import { inferenceLimits } from "./limits.ts";
import type { ModelProfile } from "./model-profile.ts";

type Checked<T> = Result<T, EngineError>;
type Fields = Readonly<Record<string, unknown>>;

const ROLES: readonly unknown[] = ["script", "system", "user", "assistant"];

/**
 * Turns unknown data (it may come through a worker port) into a request, or names the bad field.
 */
export function validateRequest(
  value: unknown,
  promptFormat: ModelProfile["promptFormat"],
  seesImages = false,
): Checked<GenerateRequest> {
  if (typeof value !== "object" || value === null) return invalid("request", "not an object");
  const fields = value as Fields;
  const problem = checkTexts(fields) ?? checkStop(fields["stop"]) ?? checkNumbers(fields) ??
    checkSegments(fields["segments"], promptFormat) ??
    checkImages(fields["segments"] as readonly Fields[], seesImages) ?? checkBytes(fields) ??
    checkChoices(fields) ?? checkJson(fields);
  if (problem !== undefined) return err(problem);
  return ok(pickRequest(value as GenerateRequest)); // every field was checked above
}

function checkTexts(fields: Fields): EngineError | undefined {
  for (const field of ["requestId", "persona"]) {
    const text = fields[field];
    if (typeof text !== "string") return problem(field, "not a string");
    if (text.length > inferenceLimits.idCharsMax) return problem(field, "too long");
  }
  if (fields["requestId"] === "") return problem("requestId", "empty");
  if (typeof fields["continueText"] !== "string") return problem("continueText", "not a string");
  return undefined;
}

function checkStop(stop: unknown): EngineError | undefined {
  if (!Array.isArray(stop)) return problem("stop", "not a list");
  if (stop.length > inferenceLimits.stopStringsMax) return problem("stop", "too many");
  for (const text of stop as readonly unknown[]) {
    if (typeof text !== "string" || text === "") return problem("stop", "not a text");
    if (text.length > inferenceLimits.stopCharsMax) return problem("stop", "too long");
  }
  return undefined;
}

function checkNumbers(fields: Fields): EngineError | undefined {
  const { seed, temperature, topP, tokensMax } = fields;
  if (!Number.isSafeInteger(seed) || (seed as number) < 0) {
    return problem("seed", "not a whole number from 0");
  }
  if (typeof temperature !== "number" || !(temperature >= 0 && temperature <= 2)) {
    return problem("temperature", "not within 0 and 2");
  }
  if (typeof topP !== "number" || !(topP > 0 && topP <= 1)) {
    return problem("topP", "not above 0 and at most 1");
  }
  if (!Number.isSafeInteger(tokensMax) || (tokensMax as number) < 1) {
    return problem("tokensMax", "not a whole number from 1");
  }
  if ((tokensMax as number) > inferenceLimits.tokensMaxMax) return problem("tokensMax", "too many");
  return undefined;
}

function checkSegments(
  segments: unknown,
  promptFormat: ModelProfile["promptFormat"],
): EngineError | undefined {
  if (!Array.isArray(segments)) return problem("segments", "not a list");
  if (segments.length === 0) return problem("segments", "empty");
  if (segments.length > inferenceLimits.segmentsMax) return problem("segments", "too many");
  for (const [index, item] of (segments as readonly unknown[]).entries()) {
    if (typeof item !== "object" || item === null) return problem("segments", "not a segment");
    const { key, role, text } = item as Fields;
    if (typeof key !== "string" || typeof text !== "string" || !ROLES.includes(role)) {
      return problem("segments", `segment ${index} lacks key, role or text`);
    }
    if ((role === "script") !== (promptFormat === "starter-script")) {
      return problem("segments", `segment ${index} of role ${String(role)} in ${promptFormat}`);
    }
    // Chat templates put the system text in front; web-llm throws on any other order.
    if (role === "system" && index > 0) return problem("segments", "system text not in front");
  }
  const last = segments.at(-1) as PromptSegment;
  if (last.role !== "script" && last.role !== "user") {
    return problem("segments", "the last segment is not the user's");
  }
  return undefined;
}

function checkBytes(fields: Fields): EngineError | undefined {
  const { segments, continueText } = fields as unknown as GenerateRequest;
  let bytes = utf8Bytes(continueText);
  for (const segment of segments) bytes += utf8Bytes(segment.text);
  return bytes > inferenceLimits.promptBytesMax
    ? problem("segments", `${bytes} bytes, at most ${inferenceLimits.promptBytesMax}`)
    : undefined;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** Copies the known fields, so that nothing else travels on. */
function pickRequest(value: GenerateRequest): GenerateRequest {
  const { requestId, persona, continueText, stop, seed, temperature, topP, tokensMax } = value;
  const { choices, json } = value;
  const segments = value.segments.map(({ key, role, text, images }) => ({
    ...{ key, role, text },
    ...images === undefined ? {} : { images: images.map(pickImage) },
  }));
  return {
    requestId,
    persona,
    segments,
    continueText,
    stop: [...stop],
    seed,
    temperature,
    topP,
    tokensMax,
    ...(choices === undefined ? {} : { choices: [...choices] }),
    ...(json === undefined ? {} : { json: { schema: json.schema } }),
  };
}

function problem(field: string, detail: string): EngineError {
  return { kind: "request-invalid", field, detail };
}

function invalid(field: string, detail: string): Checked<never> {
  return err(problem(field, detail));
}
