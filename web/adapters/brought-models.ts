/**
 * Models that a person brought to this device, as they stand in its settings: one JSON list.
 *
 * Rules (shared/SPEC.md, section IN): IN59.
 */

import * as v from "valibot";
import type { ModelProfile } from "#shared/inference/mod.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(4_096));

const file = v.object({
  path: text,
  url: text,
  bytes: v.optional(count),
  sha256: v.optional(text),
});

const profile = v.object({
  id: v.pipe(text, v.regex(/^gguf-[a-z0-9.-]{1,100}$/)),
  engine: v.literal("wllama"),
  name: text,
  goodFor: text,
  licence: text,
  parameters: count,
  downloadBytes: count,
  memoryBytes: count,
  contextTokens: v.pipe(count, v.minValue(1)),
  contextBytes: v.optional(count),
  requiredFeatures: v.array(text),
  needsWebGpu: v.boolean(),
  promptFormat: v.literal("chat"),
  embedded: v.literal(false),
  replyTokensMax: count,
  temperature: v.number(),
  topP: v.number(),
  files: v.pipe(v.array(file), v.length(1)),
});

/** Undefined for what is no brought model. */
export function decodeBroughtModel(value: unknown): ModelProfile | undefined {
  const read = v.safeParse(profile, value);
  if (!read.success) return undefined;
  const files = read.output.files.map(({ bytes, sha256, ...rest }) => ({ ...rest, bytes, sha256 }));
  return { ...read.output, files };
}

/** Undefined where any of them is none: what is stored is never dropped in silence. */
export function decodeBroughtModels(list: string): readonly ModelProfile[] | undefined {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(v.unknown())), list);
  if (!read.success) return undefined;
  const models = read.output.map(decodeBroughtModel);
  return models.some((one) => one === undefined) ? undefined : models as readonly ModelProfile[];
}

export function encodeBroughtModels(models: readonly ModelProfile[]): string {
  return JSON.stringify(models);
}
