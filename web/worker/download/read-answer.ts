/** One request for a part of a file, and its body in pieces, neither waiting for ever. */

import { raceFirst } from "#shared/base/mod.ts";
import type { DownloadLimits, HostAnswer } from "#shared/inference/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

export interface ReadDeps {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly limits: DownloadLimits;
}

export interface Answered {
  readonly answer: HostAnswer;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

/** Rejects where no host answers, or not in time. Aborting cancels the request. */
export async function readAnswer(
  deps: ReadDeps,
  part: { readonly url: string; readonly from: number; readonly to: number | undefined },
  signal: AbortSignal,
): Promise<Answered> {
  const last = part.to === undefined ? "" : part.to - 1;
  // Also for a whole file: a request with a range is answered without compression.
  const headers = { range: `bytes=${part.from}-${last}` };
  const response = await beforeStall(deps, () =>
    deps.fetch(part.url, {
      ...{ headers, signal, cache: "no-store", credentials: "omit" },
      referrerPolicy: "no-referrer",
    }), signal);
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  const answer = {
    status: response.status,
    contentRange: header("content-range"),
    contentLength: countOf(header("content-length")),
    etag: header("etag"),
    lastModified: header("last-modified"),
    retryAfterS: countOf(header("retry-after")),
  };
  return { answer, body: response.body };
}

/** Rejects when the connection breaks or brings nothing for `stallMsMax`. */
export async function* readPieces(
  deps: ReadDeps,
  body: Answered["body"],
  signal: AbortSignal,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  if (body === null) return;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await beforeStall(deps, () => reader.read(), signal);
    if (done) return;
    yield value;
  }
}

function beforeStall<T>(
  { clock, limits }: ReadDeps,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return raceFirst<T>([
    work,
    async (own) => {
      await clock.sleep(limits.stallMsMax, own);
      throw new Error(`nothing came for ${limits.stallMsMax / 1000} s`);
    },
  ], signal);
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
