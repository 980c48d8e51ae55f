/**
 * Fetching model files with byte counts and errors a person can act on.
 *
 * Owns the classification: no answer or a refusal is `host-unreachable` and names the host; an
 * answer of another size or hash is `wrong-bytes` and names the file (IN11).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";

export interface FileExpectation {
  readonly url: string;
  /** Undefined where nobody published it. */
  readonly bytes: number | undefined;
  /** Lower-case hex; undefined where nobody published it. */
  readonly sha256: string | undefined;
}

/** Fetches one file whole; `onBytes` is told of each piece. Aborting cancels the download. */
export async function fetchFile(
  file: FileExpectation,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>, EngineError>> {
  const response = await openFile(file.url, signal);
  if (!response.ok) return response;
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of countedBody(response.value, onBytes)) pieces.push(piece);
  } catch (error) {
    return err(connectionError(file.url, error, signal));
  }
  const bytes = await new Blob(pieces as BlobPart[]).bytes();
  return await checkBytes(file, bytes);
}

/** Opens the answer to a GET of `url`, or says why there is none. */
async function openFile(
  url: string,
  signal: AbortSignal,
): Promise<Result<Response, EngineError>> {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return ok(response);
    return err(unreachable(url, `HTTP ${response.status} for ${fileName(url)}`));
  } catch (error) {
    return err(connectionError(url, error, signal));
  }
}

/** The pieces of a body; `onBytes` is told of each before it is passed on. */
async function* countedBody(
  response: Response,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes(value.byteLength);
    yield value;
  }
}

async function checkBytes(
  file: FileExpectation,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Result<Uint8Array<ArrayBuffer>, EngineError>> {
  if (file.bytes !== undefined && bytes.byteLength !== file.bytes) {
    return err(wrongBytes(file.url, `${bytes.byteLength} bytes instead of ${file.bytes}`));
  }
  if (file.sha256 !== undefined) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex !== file.sha256) return err(wrongBytes(file.url, `SHA-256 ${hex.slice(0, 12)}…`));
  }
  return ok(bytes);
}

/** A failed fetch: our own abort, or a host that does not answer. */
function connectionError(url: string, error: unknown, signal: AbortSignal): EngineError {
  if (signal.aborted) return { kind: "cancelled" };
  return unreachable(url, error instanceof Error ? error.message : String(error));
}

function unreachable(url: string, detail: string): EngineError {
  return { kind: "host-unreachable", host: new URL(url).host, detail };
}

export function wrongBytes(url: string, detail: string): EngineError {
  return { kind: "wrong-bytes", file: fileName(url), detail };
}

function fileName(url: string): string {
  return new URL(url).pathname.split("/").at(-1) ?? url;
}
