/** A relay, a person's device and headless hosts, all real, for the figures of hosting. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startRelayServer } from "../../../edge/conformance/relay-server.ts";
import { makeServerBinary } from "../../../edge/host/engines/testing/server-binary.contract.ts";
import { makeRoom, type RoomGuest } from "../../../edge/host/testing/room-guest.contract.ts";
import { type HostProcess, startHost, writeHostConfig } from "../../support/host-process.ts";

export interface HostRack {
  readonly guest: RoomGuest;
  /** Starts the host of this name; the same name is the same device. */
  start(name: string): HostProcess;
  stop(): Promise<void>;
}

/** As in the torture: the starter's own window is 512, its server counts finer than a host. */
const CONTEXT_TOKENS = 440;
const REPLY_TOKENS_MAX = 32;
const TOKEN_MS = 12;
const LOOK_MS = 5;
const WAIT_MS_MAX = 120_000;

/** `personas` as in a host's configuration; every host has the same. */
export async function openHostRack(personas: readonly object[]): Promise<HostRack> {
  const folder = mkdtempSync(join(tmpdir(), "conclave-bench-host-"));
  const relay = await startRelayServer();
  const guest = await makeRoom(relay.origin);
  const binary = makeServerBinary({ tokenMs: TOKEN_MS });
  const { binaryPath, modelPath } = binary.config;
  const hosts: HostProcess[] = [];
  return {
    guest,
    start(name) {
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, "room.link"), guest.link, { mode: 0o600 });
      const host = startHost(writeHostConfig(own, {
        device: { name },
        rooms: [{ name: "attic", linkFile: "room.link" }],
        personas,
        engine: {
          ...{ kind: "llama-server", binary: binaryPath, modelFile: modelPath, model: "starter" },
          ...{ contextTokens: CONTEXT_TOKENS, replyTokensMax: REPLY_TOKENS_MAX },
          arguments: ["--test-model", "starter"],
        },
      }));
      hosts.push(host);
      return host;
    },
    async stop() {
      await Promise.all(hosts.map((host) => host.stop()));
      await guest.close();
      await relay.end("SIGTERM");
      binary.remove();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Looks until it is so; fails with `reason` when that takes over two minutes. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  reason: string,
): Promise<number> {
  const endMs = performance.now() + WAIT_MS_MAX;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(reason);
    await sleep(LOOK_MS);
  }
  return performance.now();
}

export const isReady = (host: HostProcess) => async (): Promise<boolean> =>
  (await host.health())?.isReady === true;
