/**
 * A file at an address and its beginning: what its first bytes say, before it is downloaded.
 *
 * Owns the classification of what the host answers, as `web/worker/model-download.ts` does.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { ByteSource, EngineError } from "#shared/inference/mod.ts";

export type AskHost = (url: string, init: RequestInit) => Promise<Response>;

/** Thrown by `readFirst`, whose caller knows what it means. */
export class HostFault extends Error {
  override readonly name = "HostFault";
  readonly error: EngineError;

  constructor(error: EngineError) {
    super(error.kind);
    this.error = error;
  }
}

/** Asks for one byte, which tells the size. Aborting cancels the request. */
export async function openHttpSource(
  url: string,
  askHost: AskHost,
  signal: AbortSignal,
): Promise<Result<ByteSource, EngineError>> {
  const first = await askFirst({ url, askHost }, 1, signal);
  if (!first.ok) return first;
  const bytes = sizeOf(first.value);
  await first.value.body?.cancel();
  if (bytes === undefined) return err(unreachable(url, "it does not tell the file's size"));
  return ok({
    bytes,
    async readFirst(count, readSignal) {
      const answer = await askFirst({ url, askHost }, count, readSignal);
      if (!answer.ok) throw new HostFault(answer.error);
      return await readUpTo(answer.value, count); // A host may ignore the range and send it all.
    },
  });
}

interface Host {
  readonly url: string;
  readonly askHost: AskHost;
}

async function askFirst(
  { url, askHost }: Host,
  bytes: number,
  signal: AbortSignal,
): Promise<Result<Response, EngineError>> {
  try {
    const headers = { range: `bytes=0-${bytes - 1}` };
    const answer = await askHost(url, { headers, signal, credentials: "omit" });
    if (answer.ok) return ok(answer);
    if (answer.status === 401 || answer.status === 403) {
      return err({ kind: "access-denied", host: new URL(url).host });
    }
    return err(unreachable(url, `HTTP ${answer.status}`));
  } catch (error) {
    if (signal.aborted) return err({ kind: "cancelled" });
    return err(unreachable(url, error instanceof Error ? error.message : String(error)));
  }
}

function sizeOf(answer: Response): number | undefined {
  const text = answer.status === 206
    ? answer.headers.get("content-range")?.split("/").at(-1)
    : answer.headers.get("content-length");
  const size = text === undefined || text === null || !/^\d+$/.test(text) ? 0 : Number(text);
  return Number.isSafeInteger(size) && size > 0 ? size : undefined;
}

async function readUpTo(answer: Response, bytes: number): Promise<Uint8Array> {
  const piece = new Uint8Array(bytes);
  const reader = answer.body?.getReader();
  let done = 0;
  while (reader !== undefined && done < bytes) {
    const step = await reader.read();
    if (step.value === undefined) break;
    const taken = step.value.subarray(0, bytes - done);
    piece.set(taken, done);
    done += taken.length;
  }
  await reader?.cancel();
  return piece.subarray(0, done);
}

function unreachable(url: string, detail: string): EngineError {
  return { kind: "host-unreachable", host: new URL(url).host, detail };
}
