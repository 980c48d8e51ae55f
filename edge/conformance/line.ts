import { rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { type Handshake, openRaw, type RawSocket } from "./raw-socket.ts";
import { skipReason } from "./runtime.ts";
import {
  makeFolder,
  type RelayServer,
  type ServerOptions,
  startRelayServer,
} from "./relay-server.ts";

/** A test of one line of the check list: "section: line". */
export function line(title: string, body: () => Promise<void>, timeoutMs?: number): void {
  check(title, body, timeoutMs);
}

/** Any other test of what every runtime does; skipped where a reason is listed (runtime.ts). */
export function check(title: string, body: () => Promise<void>, timeoutMs?: number): void {
  test.skipIf(skipReason(title) !== undefined)(title, body, timeoutMs);
}

/** A server of this test alone. */
export async function ownServer(options: ServerOptions = {}): Promise<RelayServer> {
  const server = await startRelayServer(options);
  onTestFinished(async () => {
    await server.end("SIGKILL");
  });
  return server;
}

export interface OwnPlace {
  readonly dataFolder: string;
  start(options?: ServerOptions): Promise<RelayServer>;
}

/** A data folder of this test alone that outlives the servers on it, each at the same port. */
export function ownPlace(limits: ServerOptions["limits"]): OwnPlace {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dataFolder = join(folder, "data");
  let port: number | undefined;
  return {
    dataFolder,
    async start(options = {}) {
      const at = port === undefined ? {} : { port };
      const server = await ownServer({ ...options, ...limits && { limits }, dataFolder, ...at });
      port = server.port;
      return server;
    },
  };
}

/** A raw connection that ends with the test. */
export async function raw(server: RelayServer, handshake: Handshake = {}): Promise<RawSocket> {
  const socket = await openRaw(server, handshake);
  onTestFinished(() => socket.destroy());
  return socket;
}
