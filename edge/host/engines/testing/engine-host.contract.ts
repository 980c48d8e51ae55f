/** A host with one engine, as a process to be killed: prints the engine's process id when ready. */

import { createEngineService } from "#shared/hosting/mod.ts";
import process from "node:process";
import { createErrorLog } from "../../../platform/error-log.ts";
import { createSystemRandom } from "../../../platform/system-ports.ts";
import { createLlamaServer, type LlamaServerConfig } from "../llama-server.ts";
import { serverDeps } from "./server-binary.contract.ts";
import { profile } from "./server-process.contract.ts";

const config = JSON.parse(process.argv[2] ?? "{}") as LlamaServerConfig;
let pid = 0;
const log = createErrorLog("info", (line) => {
  const fields = JSON.parse(line) as { event: string; pid?: number };
  if (fields.event === "process-started") pid = fields.pid ?? 0;
});
const server = createLlamaServer(config, { ...serverDeps, log });
const service = createEngineService({
  clock: serverDeps.clock,
  random: createSystemRandom(),
  log,
  startEngine: (generation, signal) => server.startEngine(generation, signal),
});
service.subscribe(() => {
  if (service.ready() !== undefined) console.log(`ready ${pid}`);
});
service.choose(profile);
void service.run(new AbortController().signal);
