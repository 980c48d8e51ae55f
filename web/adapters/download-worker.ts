/**
 * The page's side of the download worker: one worker for each download, ended with it, so that its
 * open files and its memory go.
 */

import type { DownloadOutcome } from "#shared/inference/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import {
  type DownloadJob,
  type DownloadNews,
  isDownloadMessage,
  type StopMessage,
} from "../worker/download/download-protocol.ts";

export interface DownloadWorkerDeps {
  readonly clock: Clock;
  readonly startWorker: () => Worker;
}

/** A worker that was told to stop writes its notes meanwhile. */
const STOP_MS_MAX = 1_500;

/** Never rejects. Aborting stops the work and keeps what came (`stopped`). */
export function downloadInWorker(
  { clock, startWorker }: DownloadWorkerDeps,
  job: DownloadJob,
  onNews: (news: DownloadNews) => void,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  return new Promise((resolve) => {
    const worker = startWorker();
    const { port1, port2 } = new MessageChannel();
    const over = new AbortController();
    const end = (outcome: DownloadOutcome): void => {
      over.abort("ended");
      signal.removeEventListener("abort", stop);
      port1.close();
      worker.terminate();
      resolve(outcome);
    };
    const stop = (): void => {
      port1.postMessage({ kind: "stop" } satisfies StopMessage);
      // Owned by `over`: a worker that answers in time ends the wait.
      void clock.sleep(STOP_MS_MAX, over.signal).then(() => end({ kind: "stopped" }), () => {});
    };
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isDownloadMessage(data)) return;
      if (data.kind === "amount") onNews(data);
      else end(data.outcome);
    };
    worker.addEventListener("error", (event) => {
      const detail = `the download worker broke: ${event.message}`;
      end({ kind: "failed", error: { kind: "internal", detail } });
    });
    worker.postMessage(job, [port2]);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
}
