/** The real llama.cpp behind the wllama back end; fetched when a model of its kind is chosen. */

import type { BackEnd, BackEndDeps } from "../back-end.ts";
import { inspectDevice } from "../device.ts";
import type { ModelFiles } from "../model-files.ts";
import { createWllamaOn } from "./back-end.ts";
import { openLlama } from "./session.ts";

/** Loads the models that `files` keeps. */
export function createWllama(files: Pick<ModelFiles, "open">): (deps: BackEndDeps) => BackEnd {
  return (deps) => createWllamaOn({ ...deps, files, inspectDevice, openLlama });
}
