/**
 * The page's side of a search: asks the worker, and ends with it.
 *
 * Owns the worker of one open search. A worker that breaks off fails what waits; the next question
 * starts another.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY216 A search stores nothing: what it read is in memory, bounded, and gone when it is closed.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { RoomSearch, SearchEnd, SearchError, SearchNews } from "./room-search.ts";
import type { SearchAnswer, SearchRequest } from "./serve-search.ts";

/** What is used of a Worker; tests pass a scripted one. */
export interface SearchWorker {
  postMessage(request: SearchRequest): void;
  addEventListener(
    type: "message" | "error" | "messageerror",
    listener: (event: { readonly data?: unknown; readonly message?: string }) => void,
  ): void;
  terminate(): void;
}

interface Waiting {
  readonly id: number;
  readonly onNews: (news: SearchNews) => void;
  readonly settle: (end: Result<SearchEnd, SearchError>) => void;
}

/** `startWorker` throws where no worker can be started. */
export function createSearchClient(startWorker: () => SearchWorker): RoomSearch {
  let worker: SearchWorker | undefined;
  let waiting: Waiting | undefined;
  let lastId = 0;

  const settle = (end: Result<SearchEnd, SearchError>): void => {
    const one = waiting;
    waiting = undefined;
    one?.settle(end);
  };
  const lose = (lost: SearchWorker, detail: string): void => {
    lost.terminate();
    if (worker !== lost) return;
    worker = undefined;
    settle(failed(detail));
  };
  const start = (): SearchWorker => {
    const started = startWorker();
    started.addEventListener("message", ({ data }) => {
      // Written by this page's own build (serve-search.ts).
      const answer = data as SearchAnswer;
      if (answer.id !== waiting?.id) return;
      if (answer.kind === "news") waiting.onNews(answer.news);
      else settle(answer.kind === "end" ? ok(answer.end) : failed(answer.detail));
    });
    for (const type of ["error", "messageerror"] as const) {
      started.addEventListener(type, ({ message }) => lose(started, message ?? type));
    }
    return started;
  };

  return {
    async find(ask, onNews, signal) {
      signal.throwIfAborted();
      settle(failed("superseded"));
      const id = lastId += 1;
      try {
        worker ??= start();
      } catch (error) { // The browser refuses workers, or their number.
        return failed(String(error));
      }
      worker.postMessage({ kind: "find", id, ask });
      return await new Promise((resolve, reject) => {
        const onAbort = (): void => {
          if (waiting?.id !== id) return;
          waiting = undefined;
          worker?.postMessage({ kind: "cancel", id });
          reject(signal.reason);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        waiting = {
          id,
          onNews,
          settle(end) {
            signal.removeEventListener("abort", onAbort);
            resolve(end);
          },
        };
      });
    },
    close() {
      worker?.terminate();
      worker = undefined;
      settle(failed("closed"));
    },
  };
}

function failed(detail: string): Result<never, SearchError> {
  return err({ kind: "search-failed", detail });
}
