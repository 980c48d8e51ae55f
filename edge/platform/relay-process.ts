/**
 * The relay of one server process: data folder, store, relay, sockets, begun and ended in order.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL74  A stop tells every client to come back, finishes commits under way and closes the store.
 */

import type { Server } from "node:http";
import process from "node:process";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import { ok, type Result } from "#shared/base/mod.ts";
import { ownOrigins } from "../http/upgrade-decision.ts";
import { createVisitors } from "../http/visitor-limits.ts";
import { createRelay } from "../relay/relay.ts";
import type { Relay } from "../relay/relay-types.ts";
import type { OperatorDeps } from "../http/operator-app.ts";
import { createErrorLog } from "./error-log.ts";
import { openRelayStorage } from "./relay-storage.ts";
import { createRelayMetrics, type RelayMetrics } from "./relay-metrics.ts";
import { attachRelaySockets, type RelaySockets } from "./relay-sockets.ts";
import type { ServerSettings } from "./settings.ts";
import { createSystemClock } from "./system-ports.ts";

/** Clients get the close frame and answer it; more is not waited for. */
const SOCKETS_WAIT_MS_MAX = 500;
const RELAY_CLOSE_MS_MAX = 5_000;
/** sysexits(3): an internal error of the software; a supervisor starts the process anew. */
const DEFECT_EXIT_CODE = 70;

export interface RelayProcess {
  readonly isUp: () => boolean;
  /** What its operator may ask. */
  readonly operator: Omit<OperatorDeps, "reportError">;
  /** Serves upgrades of a listening server. */
  attach(server: Server, port: number): void;
  /** Resolves when every commit is on the disk, at the latest after a few seconds. */
  stop(): Promise<void>;
}

/** Opens everything below the sockets. The error is for a person. */
export async function startRelay(
  settings: ServerSettings,
  dataFolder: string,
  pageFolder: string,
): Promise<Result<RelayProcess, string>> {
  const crypto = createWebCrypto();
  const clock = createSystemClock();
  const trace = createErrorLog("warn");
  const lifetime = new AbortController();
  const places = { dataFolder, pageFolder };
  const ports = { crypto, clock, trace, signal: lifetime.signal };
  const storage = await openRelayStorage(settings, places, ports);
  if (!storage.ok) return storage;
  const { store, cluster, secret, backUp } = storage.value;
  const metrics = createRelayMetrics({
    counts: () => relay.counts(),
    residentBytes: () => process.memoryUsage().rss,
    now: clock.now,
  });
  const relay: Relay = createRelay({
    store: metrics.watch(store),
    ...cluster === undefined ? {} : { cluster },
    crypto,
    clock,
    trace,
    secret,
    limits: settings.relayLimits,
    membersMax: settings.membersMax,
    onDefect(error) {
      console.error("The relay broke an invariant and ends:", error);
      process.exit(DEFECT_EXIT_CODE);
    },
  });
  await relay.start(lifetime.signal);
  return ok(createProcess({ settings, relay, metrics, backUp, now: clock.now, lifetime }));
}

interface Parts {
  readonly settings: ServerSettings;
  readonly relay: Relay;
  readonly metrics: RelayMetrics;
  readonly backUp: OperatorDeps["backUp"];
  readonly now: () => number;
  readonly lifetime: AbortController;
}

function createProcess(
  { settings, relay, metrics, backUp, now, lifetime }: Parts,
): RelayProcess {
  let sockets: RelaySockets | undefined;
  let phase: "starting" | "up" | "stopping" = "starting";
  return {
    isUp: () => phase === "up",
    operator: {
      metrics: () => metrics.text(),
      notReady: () => phase === "up" ? metrics.storeTrouble() : `the relay is ${phase}`, // RL103
      backUp,
    },
    attach(server, port) {
      phase = "up";
      sockets = attachRelaySockets(server, {
        relay,
        origins: settings.origins ?? ownOrigins(settings.host, port),
        visitors: createVisitors(settings.visitorLimits),
        trustsProxy: settings.trustsProxy,
        frameBytesMax: settings.relayLimits.frameBytesMax,
        now,
      });
    },
    async stop() {
      if (phase === "stopping") return;
      phase = "stopping";
      // In this order: the relay tells every client before its socket is ended.
      const stopped = relay.close().then(() => sockets?.close(SOCKETS_WAIT_MS_MAX));
      const late = new Promise((resolve) => setTimeout(resolve, RELAY_CLOSE_MS_MAX));
      await Promise.race([stopped, late]);
      lifetime.abort(new Error("The server stops"));
    },
  };
}
