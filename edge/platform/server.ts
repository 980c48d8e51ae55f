/**
 * Composition root of the server on Deno and on Node: all it needs of either is `node:` modules.
 *
 * On Deno `edge/launch/start.mjs` starts these sources with the least permissions that do: read the
 * page, read and write the data folder, listen on the one port, read the settings. On Node it
 * starts their bundle (edge/launch/server-bundle.mjs).
 *
 * It listens through `@hono/node-server` on both: the relay needs bounded web sockets, and Deno's
 * own accept messages of any size (relay.md, decision 7).
 */

import { once } from "node:events";
import type { Server } from "node:http";
import process from "node:process";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "../http/app.ts";
import { createOperatorApp } from "../http/operator-app.ts";
import { createFolderFiles } from "./folder-files.ts";
import { type RelayProcess, startRelay } from "./relay-process.ts";
import { addressOf, describeListenFailure, readServerSettings } from "./settings.ts";

/** For answers under way, after the relay has stopped. */
const STOP_WAIT_MS_MAX = 1_000;

/** The page's files; below where the server was started unless `--page=FOLDER` tells. */
const pageFolder = process.argv.find((argument) => argument.startsWith("--page="))?.slice(7) ??
  join(process.cwd(), "dist");

const DATA_FOLDER_DEFAULT = join(process.cwd(), ".conclave");

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

async function main(): Promise<void> {
  const settings = readServerSettings(process.env);
  if (!settings.ok) return fail(settings.error);
  const { host, dataFolder = DATA_FOLDER_DEFAULT } = settings.value;
  const relay = await startRelay(settings.value, dataFolder, pageFolder);
  if (!relay.ok) return fail(relay.error);

  const app = createApp({
    files: createFolderFiles(pageFolder),
    relay: { limits: settings.value.relayLimits, isUp: relay.value.isUp },
    reportError: (error) => console.error("Failed to answer a request:", error),
  });
  const { server, port } = await listen(app.fetch, settings.value);
  const servers = [server];
  if (settings.value.operator !== undefined) {
    const { fetch } = createOperatorApp({
      ...relay.value.operator,
      reportError: (error) => console.error("Failed to answer the operator:", error),
    });
    const own = await listen(fetch, settings.value.operator);
    servers.push(own.server);
    console.log(`Its operator is served at ${addressOf(settings.value.operator.host, own.port)}`);
  }
  relay.value.attach(server, port);
  stopOnSignals(servers, relay.value);
  // Printed last: who reads it may send a signal at once.
  console.log(`Conclave is at ${addressOf(host, port)}`);
}

/** Ends the process where it cannot. */
async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  place: { readonly host: string; readonly port: number },
): Promise<{ readonly server: Server; readonly port: number }> {
  // Without HTTP/2 options it is node:http's.
  const server = createAdaptorServer({ fetch }) as Server;
  server.listen(place.port, place.host);
  try {
    await once(server, "listening");
  } catch (error) {
    // `once` rejects with what the server emitted as "error": the port or the host is unusable.
    return fail(describeListenFailure(place, (error as { code?: string }).code));
  }
  const bound = server.address();
  return { server, port: typeof bound === "object" && bound !== null ? bound.port : place.port };
}

function stopOnSignals(servers: readonly Server[], relay: RelayProcess): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    await relay.stop();
    let open = servers.length;
    for (const server of servers) {
      server.close(() => {
        open -= 1;
        if (open === 0) process.exit(0);
      });
      // Browsers keep idle connections open for minutes; requests under way are finished first.
      if ("closeIdleConnections" in server) server.closeIdleConnections();
    }
    // Nobody waits for a download of many megabytes when a person pressed Ctrl-C.
    setTimeout(() => process.exit(0), STOP_WAIT_MS_MAX).unref();
  };
  // The process is the owner of this promise: it ends with it.
  const begin = (): void => void stop();
  process.on("SIGINT", begin);
  process.on("SIGTERM", begin);
  if (process.argv.includes("--stop-with-stdin")) {
    // The launcher holds the other end; when it dies without a word, so does the server.
    process.stdin.on("end", begin).resume();
  }
}

await main();
