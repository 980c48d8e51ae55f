/**
 * The production worker with every compute dispatch dropped: tokeniser, virtual machine, caches,
 * queue and sampling stay real, only the numbers are meaningless ("null GPU"). Built for tests
 * only.
 */

import { watchGpu } from "../../../web/worker/gpu-watch.ts";
import { serveWorker, type WorkerScope } from "../../../web/worker/worker-core.ts";

if (typeof GPUComputePassEncoder !== "undefined") {
  const drop = (): undefined => undefined;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = drop;
  GPUComputePassEncoder.prototype.dispatchWorkgroupsIndirect = drop;
}
watchGpu(); // Outside of the dropping wrapper: it counts what the library asked for.

serveWorker(self as unknown as WorkerScope, {
  "transformers": async () =>
    (await import("../../../web/worker/transformers/back-end.ts")).createTransformers,
  "web-llm": async () => (await import("../../../web/worker/web-llm/back-end.ts")).createWebLlm,
});
