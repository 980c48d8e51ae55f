/** The production worker on a software GPU with quicker matrix products. Built for tests only. */

import { serveWorker, type WorkerScope } from "../../../web/worker/worker-core.ts";
import { installFastKernels } from "./fast-kernels.ts";

installFastKernels();

serveWorker(self as unknown as WorkerScope, {
  "transformers": async () =>
    (await import("../../../web/worker/transformers/back-end.ts")).createTransformers,
  "web-llm": async () => (await import("../../../web/worker/web-llm/back-end.ts")).createWebLlm,
});
