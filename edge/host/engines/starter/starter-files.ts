/**
 * The embedded model's files from the disk, checked against their manifest.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN11  A file of the wrong size or hash is refused by name and never used.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";

export interface StarterFiles {
  /** The decoded JSON of these. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly weights: Uint8Array;
}

const NAMES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "onnx/model.onnx",
] as const;

/** Reads the model in `folder`. Aborting is seen between two files. */
export async function readStarterFiles(
  folder: string,
  signal: AbortSignal,
): Promise<Result<StarterFiles, EngineError>> {
  const manifest = await read(folder, "manifest.json");
  if (!manifest.ok) return manifest;
  const listed = listOf(parseJson(manifest.value));
  const files = new Map<string, Uint8Array>();
  for (const name of NAMES) {
    if (signal.aborted) return err({ kind: "cancelled" });
    const bytes = await read(folder, name);
    if (!bytes.ok) return bytes;
    const entry = listed.find(({ path }) => path === name);
    if (entry === undefined) return err(wrong(name, "not in the manifest"));
    if (bytes.value.length !== entry.bytes) {
      return err(wrong(name, `${bytes.value.length} bytes instead of ${entry.bytes}`));
    }
    const hash = createHash("sha256").update(bytes.value).digest("hex");
    if (hash !== entry.sha256) return err(wrong(name, "another hash"));
    files.set(name, bytes.value);
  }
  const json = (name: string) => fieldsOf(parseJson(files.get(name)));
  const [config, tokenizer, tokenizerConfig] = NAMES.slice(0, 3).map(json);
  const weights = files.get("onnx/model.onnx");
  return config && tokenizer && tokenizerConfig && weights
    ? ok({ config, tokenizer, tokenizerConfig, weights })
    : err(wrong("manifest.json", "it lists a file that is no JSON"));
}

async function read(folder: string, name: string): Promise<Result<Uint8Array, EngineError>> {
  try {
    return ok(new Uint8Array(await readFile(join(folder, name))));
  } catch (error) { // Missing or unreadable: for us it is not that file.
    return err(wrong(name, (error as { code?: string }).code ?? "unreadable"));
  }
}

function wrong(file: string, detail: string): EngineError {
  return { kind: "wrong-bytes", file, detail };
}

function listOf(manifest: unknown): readonly {
  readonly path: unknown;
  readonly bytes: unknown;
  readonly sha256: unknown;
}[] {
  const files = fieldsOf(manifest)?.["files"];
  return Array.isArray(files)
    ? files.flatMap((file) => {
      const { path, bytes, sha256 } = fieldsOf(file) ?? {};
      return [{ path, bytes, sha256 }];
    })
    : [];
}

function parseJson(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch { // The caller names the file.
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null
    ? value as Readonly<Record<string, unknown>>
    : undefined;
}
