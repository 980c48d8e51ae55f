/** The model files of this device, their code fetched at the first use: no first paint needs it. */

import type { ModelFiles } from "../worker/model-files.ts";

export function createLazyModelFiles(): ModelFiles {
  let opened: Promise<ModelFiles> | undefined;
  const files = (): Promise<ModelFiles> => {
    opened ??= import("./opfs-model-files.ts").then((module) => module.createOpfsModelFiles());
    return opened;
  };
  return {
    open: async (modelId, path) => await (await files()).open(modelId, path),
    adopt: async (file, onBytes, signal) => await (await files()).adopt(file, onBytes, signal),
    list: async () => await (await files()).list(),
    remove: async (modelId) => await (await files()).remove(modelId),
  };
}
