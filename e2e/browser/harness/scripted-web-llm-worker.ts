/**
 * The production worker with a scripted library behind the production web-llm adapter, and the
 * production transformers.js adapter beside it. Built for tests only.
 */

import { createWebLlmOn } from "../../../web/worker/web-llm/back-end.ts";
import { serveWorker, type WorkerScope } from "../../../web/worker/worker-core.ts";
import { openScriptedLibrary } from "./scripted-library.ts";

serveWorker(self as unknown as WorkerScope, {
  "transformers": async () =>
    (await import("../../../web/worker/transformers/back-end.ts")).createTransformers,
  "web-llm": () => Promise.resolve((deps) => createWebLlmOn(openScriptedLibrary, deps)),
});
