/**
 * The production worker on a null GPU, with the real library. Built for tests only. Its name may be
 * the number of tokens that replies take on average; else they only end at their limit.
 */

import { createWebLlmOn, openWebLlm } from "../../../web/worker/web-llm/back-end.ts";
import { watchGpu } from "../../../web/worker/gpu-watch.ts";
import { serveWorker, type WorkerScope } from "../../../web/worker/worker-core.ts";
import { fetchIntoCaches } from "./fetch-into-caches.ts";
import { installNullGpu } from "./null-gpu.ts";
import { observeLibrary } from "./observe-library.ts";

installNullGpu(self.name === "" ? Infinity : Number(self.name));
watchGpu(); // Outside of the null GPU: it counts what the library asked for.

serveWorker(self as unknown as WorkerScope, {
  "transformers": async () =>
    (await import("../../../web/worker/transformers/back-end.ts")).createTransformers,
  "web-llm": () =>
    Promise.resolve((deps) =>
      createWebLlmOn(async () => {
        const library = { ...await openWebLlm(), warmCache: fetchIntoCaches };
        return await observeLibrary(library, self);
      }, deps)
    ),
});
