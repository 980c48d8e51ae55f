/**
 * The production worker with the production wllama back end on models that a spec serves at
 * `/brought/ID/PATH`, in the place of those of this device. Built for tests only.
 */

import { createWllama } from "../../../web/worker/wllama/create-wllama.ts";
import { serveWorker, type WorkerScope } from "../../../web/worker/worker-core.ts";

const files = {
  async open(modelId: string, path: string): Promise<Blob | undefined> {
    const response = await fetch(`/brought/${modelId}/${path}`);
    return response.ok ? await response.blob() : undefined;
  },
};

serveWorker(self as unknown as WorkerScope, {
  wllama: () => Promise.resolve(createWllama(files)),
});
