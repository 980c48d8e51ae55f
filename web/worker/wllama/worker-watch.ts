/**
 * The watch over llama.cpp's own worker: whoever waits for it learns of its end.
 *
 * Owns the reading of what the worker says besides answers, the time of silence, and the kinds of
 * ends. The library settles a call only by an answer (run).
 *
 * Rules (shared/SPEC.md, section IN): IN53.
 */

import { wllamaLimits } from "./limits.ts";

/** What llama.cpp's server says when it refuses a request. */
export interface LlamaRefusal {
  readonly type: string;
  readonly message: string;
  /** Both of `exceed_context_size_error` alone. */
  readonly n_prompt_tokens?: number;
  readonly n_ctx?: number;
}

export type LlamaEnd =
  | { readonly kind: "ended" }
  | { readonly kind: "aborted" }
  | { readonly kind: "refused"; readonly refusal: LlamaRefusal }
  /** Nothing can run in it any more. */
  | { readonly kind: "crashed"; readonly detail: string }
  | { readonly kind: "silent"; readonly afterMs: number };

/** The part of a worker that is used here. */
export type WatchedWorker = Pick<
  Worker,
  "addEventListener" | "removeEventListener" | "postMessage" | "terminate"
>;

export interface WorkerWatch {
  /** Aborts, with its end as the reason: it fails, is closed, or is silent while waited for. */
  readonly failed: AbortSignal;
  /** Starts a new time of silence. */
  hear(): void;
  /** Silence counts only while somebody waits. */
  expect(isExpected: boolean): void;
  /** 0 from a worker that is lost meanwhile: who asks it next is told why. */
  countDispatches(): Promise<number>;
  close(): void;
}

export function watchWorker(worker: WatchedWorker, onRead: (bytes: number) => void): WorkerWatch {
  const failure = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWaited = false;
  const fail = (reason: LlamaEnd) => {
    clearTimeout(timer);
    worker.terminate();
    failure.abort(reason);
  };
  const hear = () => {
    clearTimeout(timer);
    if (!isWaited) return;
    const afterMs = wllamaLimits.silenceMsMax;
    timer = setTimeout(() => fail({ kind: "silent", afterMs }), afterMs);
  };
  worker.addEventListener("message", (event: MessageEvent<unknown>) => {
    hear();
    const { verb, args } = (event.data ?? {}) as {
      readonly verb?: unknown;
      readonly args?: unknown;
    };
    if (!Array.isArray(args)) return;
    const [first, second, third] = args as readonly unknown[];
    if (verb === "conclave.failed") fail({ kind: "crashed", detail: String(first) });
    if (verb === "signal.abort") {
      event.stopImmediatePropagation(); // The library would fail over it in its turn (run).
      fail({ kind: "crashed", detail: String(second) });
    }
    if (verb === "fs.read_req") onRead(Number(third));
  });
  worker.addEventListener("error", (event) => {
    const detail = event.message || "its script did not start";
    fail({ kind: "crashed", detail });
  });
  return {
    failed: failure.signal,
    hear,
    expect(isExpected) {
      isWaited = isExpected;
      hear();
    },
    countDispatches: () =>
      new Promise((resolve) => {
        const onCount = ({ data }: MessageEvent<{ verb?: unknown; args?: readonly unknown[] }>) => {
          if (data.verb !== "conclave.count") return;
          worker.removeEventListener("message", onCount);
          resolve(Number(data.args?.[0]));
        };
        worker.addEventListener("message", onCount);
        failure.signal.addEventListener("abort", () => resolve(0));
        worker.postMessage({ verb: "conclave.count" });
      }),
    close: () => fail({ kind: "aborted" }),
  };
}

/** Waits for a call of the library, which may never settle, or for the worker's end. */
export async function settle(
  work: Promise<unknown>,
  watch: WorkerWatch,
  signal: AbortSignal,
): Promise<LlamaEnd> {
  const close = () => watch.close();
  watch.expect(true);
  try {
    return await new Promise<LlamaEnd>((resolve) => {
      const onFailed = () => resolve(watch.failed.reason as LlamaEnd);
      watch.failed.addEventListener("abort", onFailed);
      signal.addEventListener("abort", close);
      if (watch.failed.aborted) onFailed();
      if (signal.aborted) close();
      work.then(() => resolve({ kind: "ended" }), (error: unknown) => resolve(toEnd(error)));
    });
  } finally {
    signal.removeEventListener("abort", close);
    watch.expect(false);
  }
}

function toEnd(error: unknown): LlamaEnd {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  if (name === "AbortError") return { kind: "aborted" };
  const isRefusal = (error as { readonly type?: unknown }).type === "inference_error";
  return isRefusal
    ? { kind: "refused", refusal: { type: "", message } }
    : { kind: "crashed", detail: message };
}
