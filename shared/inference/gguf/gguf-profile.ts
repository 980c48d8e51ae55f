/**
 * Makes a model of the catalogue of what a GGUF file says about itself, or says why it is none.
 *
 * Rules (shared/SPEC.md, section IN): IN56, IN57.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { ModelProfile } from "../model-profile.ts";
import type { GgufHeader, GgufValue } from "./gguf-header.ts";
import { ggufLimits } from "./limits.ts";

export interface GgufFile {
  /** As its owner called it, or the last part of its address. */
  readonly name: string;
  readonly bytes: number;
  /** Where it is downloaded from; empty for one of this device. */
  readonly url: string;
}

export type GgufRefusal =
  /** One of several parts: the others would be missing. */
  | { readonly kind: "gguf-split"; readonly parts: number }
  | { readonly kind: "gguf-not-text"; readonly architecture: string }
  | { readonly kind: "gguf-no-chat" }
  | { readonly kind: "gguf-malformed"; readonly detail: string };

/** Architectures that make no text: pictures' and sounds' encoders, embeddings. */
const NOT_TEXT =
  /^(clip|mmproj|.*bert.*|t5encoder|wavtokenizer.*|whisper|gemma-embedding|.*-embed.*)$/;

/** Ids of brought models begin so, and no others. */
export const GGUF_ID = "gguf-";

/** Half floats for keys and values. */
const KV_BYTES = 2;

export function ggufProfile(
  { metadata, parameters }: GgufHeader,
  file: GgufFile,
): Result<ModelProfile, GgufRefusal> {
  const architecture = textOf(metadata.get("general.architecture"));
  if (architecture === "") return err({ kind: "gguf-malformed", detail: "no architecture" });
  const parts = numberOf(metadata.get("split.count")) ?? 1;
  if (parts > 1) return err({ kind: "gguf-split", parts });
  const type = textOf(metadata.get("general.type"));
  const isText = (type === "" || type === "model") && !NOT_TEXT.test(architecture) &&
    !metadata.has(`${architecture}.pooling_type`);
  if (!isText) return err({ kind: "gguf-not-text", architecture: label(architecture) });
  if (textOf(metadata.get("tokenizer.chat_template")) === "") return err({ kind: "gguf-no-chat" });
  const trained = numberOf(metadata.get(`${architecture}.context_length`));
  if (trained === undefined || trained < 1) {
    return err({ kind: "gguf-malformed", detail: "no context length" });
  }
  const contextTokens = Math.min(trained, ggufLimits.contextTokensMax);
  const contextBytes = contextBytesOf(metadata, architecture, contextTokens);
  const name = label(textOf(metadata.get("general.name"))) || label(stem(file.name)) || "GGUF";
  return ok({
    id: `${GGUF_ID}${slug(stem(file.name))}-${file.bytes.toString(36)}`,
    engine: "wllama",
    name,
    goodFor: "",
    licence: label(
      textOf(metadata.get("general.license.name")) || textOf(metadata.get("general.license")),
    ),
    parameters,
    downloadBytes: file.bytes,
    memoryBytes: file.bytes + (contextBytes ?? 0) + ggufLimits.workBytes,
    contextTokens,
    ...(contextBytes === undefined ? {} : { contextBytes }),
    requiredFeatures: [],
    needsWebGpu: false,
    promptFormat: "chat",
    embedded: false,
    replyTokensMax: 256,
    temperature: 0.7,
    topP: 0.95,
    files: [{ path: "model.gguf", url: file.url, bytes: file.bytes, sha256: undefined }],
  });
}

/** Keys and values of every layer; undefined where the file does not tell their sizes. */
function contextBytesOf(
  metadata: GgufHeader["metadata"],
  architecture: string,
  contextTokens: number,
): number | undefined {
  const number = (key: string) => numberOf(metadata.get(`${architecture}.${key}`));
  const layers = number("block_count");
  const heads = number("attention.head_count");
  const width = number("embedding_length");
  if (layers === undefined || heads === undefined || width === undefined || heads < 1) {
    return undefined;
  }
  const keyWidth = number("attention.key_length") ?? width / heads;
  const valueWidth = number("attention.value_length") ?? width / heads;
  // Of layers that differ, a list.
  const kvHeads = metadata.get(`${architecture}.attention.head_count_kv`) ?? heads;
  const headsInAll = Array.isArray(kvHeads)
    ? (kvHeads as readonly number[]).reduce((sum, one) => sum + one, 0)
    : layers * (numberOf(kvHeads) ?? heads);
  const bytes = contextTokens * headsInAll * (keyWidth + valueWidth) * KV_BYTES;
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

function textOf(value: GgufValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: GgufValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** One line of plain text. */
function label(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return [...line].slice(0, ggufLimits.labelCharsMax).join("");
}

function stem(name: string): string {
  return name.replace(/\.gguf$/i, "");
}

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 60);
}
