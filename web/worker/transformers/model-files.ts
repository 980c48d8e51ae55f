/**
 * The embedded model's files: fetched once, checked against the manifest, handed to the library.
 *
 * Owns the bytes until the library has read them. The library itself would fetch without counting
 * bytes in a way that can be shown, and would parse a cut file with an error nobody can act on.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError, LoadProgress, ModelProfile } from "#shared/inference/mod.ts";
import { fetchFile, wrongBytes } from "../model-download.ts";
import type { ModelFiles } from "../model-files.ts";
import type { OnnxDtype } from "./onnx-model.ts";

export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What transformers.js asks a custom cache for, by path such as `/models/starter/config.json`. */
export interface ModelCache {
  match(path: string): Promise<Response | undefined>;
  put(path: string, response: Response): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { json: "application/json" };

/** Files the page does not need to run the model stand in the folder too: reports, the manifest. */
const RUNTIME_FILE = /\.(json|onnx|onnx_data)$/;

/** Downloads everything below `folderUrl`; aborting cancels the downloads. */
export async function fetchModelFiles(
  folderUrl: string,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Result<ModelCache, EngineError>> {
  const manifestUrl = `${folderUrl}manifest.json`;
  const manifest = await fetchFile(
    { url: manifestUrl, bytes: undefined, sha256: undefined },
    () => undefined,
    signal,
  );
  if (!manifest.ok) return manifest;
  const files = decodeManifest(manifest.value);
  if (files === undefined) return err(wrongBytes(manifestUrl, "not a manifest"));

  const bytesTotal = files.reduce((sum, file) => sum + file.bytes, 0);
  let bytesDone = 0;
  const byPath = new Map<string, Response>();
  for (const file of files) {
    const url = new URL(file.path, folderUrl).href;
    const fetched = await fetchFile({ url, bytes: file.bytes, sha256: file.sha256 }, (bytes) => {
      bytesDone += bytes;
      onProgress({ phase: "downloading", file: file.path, bytesDone, bytesTotal });
    }, signal);
    if (!fetched.ok) return fetched;
    const type = TYPES[file.path.split(".").at(-1) ?? ""] ?? "application/octet-stream";
    const headers = { "content-type": type, "content-length": String(file.bytes) };
    byPath.set(new URL(url).pathname, new Response(fetched.value, { headers }));
  }
  return ok({
    // Each file is read once and then belongs to the library: the bytes are not kept twice.
    match: (path) => {
      const found = byPath.get(path);
      return Promise.resolve(found?.bodyUsed === false ? found : undefined);
    },
    put: () => Promise.resolve(),
  });
}

/** The same from this device's disk; nothing is fetched (IN69). */
export async function readModelFiles(
  profile: ModelProfile,
  files: Pick<ModelFiles, "open">,
  modelsPath: string,
): Promise<Result<ModelCache, EngineError>> {
  const byPath = new Map<string, Blob>();
  for (const { path } of profile.files ?? []) {
    const kept = await files.open(profile.id, path);
    if (kept === undefined) return err({ kind: "not-downloaded", modelId: profile.id });
    byPath.set(`${modelsPath}${profile.id}/${path}`, kept);
  }
  if (byPath.size === 0) return err({ kind: "model-unknown", modelId: profile.id });
  return ok({
    match: (path) => {
      const found = byPath.get(path);
      const headers = { "content-length": String(found?.size) };
      return Promise.resolve(found && new Response(found, { headers }));
    },
    put: () => Promise.resolve(),
  });
}

const DTYPES: Readonly<Record<string, OnnxDtype>> = {
  "": "fp32",
  "_fp16": "fp16",
  "_q4": "q4",
  "_q4f16": "q4f16",
  "_quantized": "q8",
};

/** By the name of its graph; the starter's own config says what it is, whatever is asked for. */
export function dtypeOf({ files = [] }: ModelProfile): OnnxDtype {
  const names = files.map(({ path }) => /^onnx\/model(_[a-z0-9]+)?\.onnx$/.exec(path));
  const name = names.find((one) => one !== null);
  return DTYPES[name?.[1] ?? ""] ?? "fp32";
}

/** Decodes a manifest; undefined when it is none. Files only people read are left out. */
export function decodeManifest(bytes: Uint8Array): readonly ManifestFile[] | undefined {
  const value = parseJson(new TextDecoder().decode(bytes));
  if (typeof value !== "object" || value === null) return undefined;
  const files = (value as Readonly<Record<string, unknown>>)["files"];
  if (!Array.isArray(files) || files.length === 0) return undefined;
  const isFile = (file: unknown): file is ManifestFile => {
    const { path, bytes, sha256 } = (file ?? {}) as Readonly<Record<string, unknown>>;
    return typeof path === "string" && Number.isSafeInteger(bytes) && typeof sha256 === "string" &&
      /^[0-9a-f]{64}$/.test(sha256);
  };
  return files.every(isFile)
    ? files.filter(({ path }) => RUNTIME_FILE.test(path) && path !== "manifest.json")
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller names the file.
  }
}
