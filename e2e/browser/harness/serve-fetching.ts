/**
 * The production worker whose web-llm gets its files from their host: tests of the engine alone
 * have no model manager. `see` may look at the library from its inside.
 */

import {
  createWebLlmOn,
  openWebLlm,
  type WebLlmLibrary,
} from "../../../web/worker/web-llm/back-end.ts";
import { serveWorker, type WorkerScope } from "../../../web/worker/worker-core.ts";
import { fetchIntoCaches } from "./fetch-into-caches.ts";

export function serveFetching(
  see: (library: WebLlmLibrary) => Promise<WebLlmLibrary> = (library) => Promise.resolve(library),
): void {
  serveWorker(self as unknown as WorkerScope, {
    "transformers": async () =>
      (await import("../../../web/worker/transformers/back-end.ts")).createTransformers,
    "web-llm": () =>
      Promise.resolve((deps) =>
        createWebLlmOn(
          async () => await see({ ...await openWebLlm(), warmCache: fetchIntoCaches }),
          // Without kernels, or with random weights, what it says is nonsense and meant to be.
          { ...deps, findReplyNonsense: () => undefined },
        )
      ),
  });
}
