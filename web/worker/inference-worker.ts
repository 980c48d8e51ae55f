/** Entry of the inference worker: names the libraries and when each is fetched. */

import { createOpfsModelFiles } from "../adapters/opfs-model-files.ts";
import { serveWorker, type WorkerScope } from "./worker-core.ts";

serveWorker(self as unknown as WorkerScope, {
  "transformers": async () => (await import("./transformers/back-end.ts")).createTransformers,
  "web-llm": async () => (await import("./web-llm/back-end.ts")).createWebLlm,
  "wllama": async () =>
    (await import("./wllama/create-wllama.ts")).createWllama(createOpfsModelFiles()),
});
