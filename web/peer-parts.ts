/**
 * Composition root of the peer: what only a leading tab needs of the browser, which is workers,
 * sockets, the battery and models. A chunk of its own, fetched with the peer (SY180).
 */

import { relayFrameLimits } from "#shared/protocol/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import { browserHost, createBrowserClock } from "./adapters/browser-clock.ts";
import { browserBattery, createPowerPort } from "./adapters/browser-power.ts";
import { createBrowserTransport } from "./adapters/browser-socket.ts";
import { createEndpointFetch } from "./adapters/endpoint-fetch.ts";
import { createLazyModelFiles } from "./adapters/lazy-model-files.ts";
import { createWorkerTimers } from "./adapters/worker-timers.ts";
import type { PeerParts } from "./client/client-deps.ts";
import { type StartedEngine, startEngine } from "./client/start-engine.ts";
import { trustedScriptUrl } from "./client/trusted-types.ts";
import { loadCatalogue } from "./models/catalogue.ts";
import { defaultModelHost, modelHostOf } from "./models/model-host.ts";
import workerUrl from "./worker/inference-worker.ts?worker&url";
import downloadUrl from "./worker/download/download-worker.ts?worker&url";
import timerUrl from "./worker/timer-worker.ts?worker&url";

declare global {
  /** The engine that was started last; set by `?lane=`, for tests and the curious. */
  var conclaveEngine: StartedEngine | undefined;
}

export function createPeerParts(
  { clock, trace }: { readonly clock: Clock; readonly trace: Log },
): PeerParts {
  const startWorker = (url: string) => () => new Worker(trustedScriptUrl(url), { type: "module" });
  return {
    hostClock: createBrowserClock(createWorkerTimers({
      startWorker: startWorker(timerUrl),
      ...{ page: browserHost, log: trace },
    })),
    async startEngine(generation, modelHost, signal) {
      const host = modelHostOf(modelHost);
      const force = forcedDevice();
      const settings = { modelHost: host.ok ? host.value : defaultModelHost, force };
      const deps = { clock, log: trace, startWorker: startWorker(workerUrl) };
      const started = await startEngine(deps, generation, settings, signal);
      if (force !== undefined) globalThis.conclaveEngine = started;
      return started;
    },
    openFetch: createEndpointFetch,
    catalogue: async () => (await loadCatalogue()).slice(1),
    modelFiles: createLazyModelFiles(),
    async downloadModel(profile, modelHost, onNews, signal) {
      const { downloadProfile } = await import("./client/downloads/download-profile.ts");
      const deps = { clock, startWorker: startWorker(downloadUrl) };
      return await downloadProfile(deps, profile, modelHost, onNews, signal);
    },
    // Browsers that ask a person do so once; a refusal only means that they may clear what is kept.
    askToPersist: () => void navigator.storage?.persist().catch(() => false),
    transport: createBrowserTransport({ frameCharsMax: relayFrameLimits.serverFrameBytesMax }),
    power: createPowerPort(browserBattery()),
  };
}

/** `?lane=webgpu` or `?lane=cpu`: tests and the curious choose the device (D42). */
function forcedDevice(): "webgpu" | "cpu" | undefined {
  const lane = new URLSearchParams(location.search).get("lane");
  return lane === "webgpu" || lane === "cpu" ? lane : undefined;
}
