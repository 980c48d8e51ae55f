/** Starts the starter's worker as a thread of this process. */

import { Worker } from "node:worker_threads";
import type { StarterThread } from "./starter-engine.ts";

/** `folder` holds the model's files. */
export function startStarterThread(folder: string): StarterThread {
  const worker = new Worker(new URL("./starter-worker.ts", import.meta.url), {
    workerData: { folder },
  });
  let isAsked = false;
  let tell: (detail: string) => void = () => undefined;
  const end = (detail: string): void => {
    if (!isAsked) tell(detail);
    isAsked = true;
  };
  worker.on("error", (error) => end(error instanceof Error ? error.message : String(error)));
  worker.on("messageerror", () => end("an unreadable message"));
  worker.on("exit", (code) => end(`it ended with code ${code}`));
  return {
    postMessage: (message) => worker.postMessage(message),
    on: (event, listener) => worker.on(event, listener),
    onEnd(listener) {
      tell = listener;
    },
    terminate() {
      isAsked = true;
      // Owned by nobody: the thread's end is not waited for, nothing it does matters any more.
      void worker.terminate();
    },
  };
}
