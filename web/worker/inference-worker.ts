/** Entry of the inference worker: names the libraries and when each is fetched. */

import { serveWorker, type WorkerScope } from "./worker-core.ts";

serveWorker(self as unknown as WorkerScope, {
  "transformers": async () => (await import("./transformers/back-end.ts")).createTransformers,
  "web-llm": async () => (await import("./web-llm/back-end.ts")).createWebLlm,
});
