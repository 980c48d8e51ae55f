/** Entry of the starter's worker: real files, a real clock, a pulse. Runs on Deno and Node. */

import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { err } from "#shared/base/mod.ts";
import { inferenceLimits } from "#shared/inference/mod.ts";
import { openOnnxModel } from "./onnx-model.ts";
import { openOrExplain, serveStarter } from "./serve-starter.ts";
import { readStarterFiles } from "./starter-files.ts";

const { folder } = workerData as { readonly folder: string };
const port = parentPort;
if (port === null) {
  console.error("It is no program: the host starts it as a worker");
  process.exit(64);
}
serveStarter(port, {
  now: () => performance.now(),
  yieldTurn: () => setImmediate(),
  async openModel(profile, signal) {
    if (!profile.embedded) return err({ kind: "model-unknown", modelId: profile.id });
    const files = await readStarterFiles(folder, signal);
    if (!files.ok) return files;
    return await openOrExplain(() => openOnnxModel(files.value, profile.contextTokens), profile.id);
  },
});
port.postMessage({ kind: "beat" });
setInterval(() => port.postMessage({ kind: "beat" }), inferenceLimits.heartbeatMs);
