/**
 * Composition root of the tab: the only place that makes clocks, chance, channels, sockets and
 * workers.
 */

import { joinLink } from "./take-join-link.ts";
import "./app/styles/index.css";
import { relayFrameLimits } from "#shared/protocol/mod.ts";
import { mountApp } from "./app/mount.tsx";
import { openBroadcastPort } from "./adapters/broadcast-port.ts";
import { createBrowserIds, createBrowserRandom } from "./adapters/browser-chance.ts";
import { browserHost, createBrowserClock } from "./adapters/browser-clock.ts";
import { createOnlinePort, createPagePort, createWebLocks } from "./adapters/browser-page.ts";
import { browserBattery, createPowerPort } from "./adapters/browser-power.ts";
import { createBrowserTransport } from "./adapters/browser-socket.ts";
import { createConsoleLog } from "./adapters/console-log.ts";
import { createEndpointFetch } from "./adapters/endpoint-fetch.ts";
import { createLazyModelFiles } from "./adapters/lazy-model-files.ts";
import { exportRawRooms } from "./adapters/export-raw-rooms.ts";
import { createWorkerTimers } from "./adapters/worker-timers.ts";
import { bootStorage } from "./client/client-storage.ts";
import { createClient } from "./client/create-client.ts";
import { createDrafts } from "./client/drafts.ts";
import { clientLimits } from "./client/limits.ts";
import { tabDecoders } from "./client/peer-status.ts";
import { type StartedEngine, startEngine } from "./client/start-engine.ts";
import { createTabChannel, TAB_CHANNEL } from "./client/tab-channel.ts";
import { trustedScriptUrl } from "./client/trusted-types.ts";
import { createTypedStorage } from "./client/typed-storage.ts";
import { createUnsent } from "./client/unsent.ts";
import { loadCatalogue, starterProfile } from "./models/catalogue.ts";
import { defaultModelHost, modelHostOf } from "./models/model-host.ts";
import { registerServiceWorker } from "./pwa/register.ts";
import workerUrl from "./worker/inference-worker.ts?worker&url";
import downloadUrl from "./worker/download/download-worker.ts?worker&url";
import timerUrl from "./worker/timer-worker.ts?worker&url";

declare global {
  /** The engine that was started last; set by `?lane=`, for tests and the curious. */
  var conclaveEngine: StartedEngine | undefined;
}

const clock = createBrowserClock();
const ids = createBrowserIds();
const trace = createConsoleLog("warn");
const typed = createTypedStorage({
  openLocal: () => localStorage,
  ...{ clock, trace, limits: clientLimits },
});

const hostClock = createBrowserClock(createWorkerTimers({
  startWorker: () => new Worker(trustedScriptUrl(timerUrl), { type: "module" }),
  ...{ page: browserHost, log: trace },
}));

const client = createClient({
  ...{ clock, hostClock },
  ids,
  random: createBrowserRandom(),
  trace,
  drafts: createDrafts({ openStorage: typed.open, clock, limits: clientLimits }),
  unsent: createUnsent(typed.open),
  typed,
  locks: createWebLocks(),
  page: createPagePort(),
  tabs: createTabChannel({
    port: openBroadcastPort(TAB_CHANNEL),
    clock,
    ids,
    log: trace,
    decode: tabDecoders,
    limits: clientLimits,
  }),
  bootStorage: (signal) => bootStorage(clock, ids, signal),
  rescueText: (signal) => exportRawRooms(signal),
  async startEngine(generation, modelHost, signal) {
    const host = modelHostOf(modelHost);
    const force = forcedDevice();
    const settings = { modelHost: host.ok ? host.value : defaultModelHost, force };
    const startWorker = () => new Worker(trustedScriptUrl(workerUrl), { type: "module" });
    const deps = { clock, log: trace, startWorker };
    const started = await startEngine(deps, generation, settings, signal);
    if (force !== undefined) globalThis.conclaveEngine = started;
    return started;
  },
  openFetch: createEndpointFetch,
  starter: starterProfile,
  catalogue: async () => (await loadCatalogue()).slice(1),
  modelFiles: createLazyModelFiles(),
  async downloadModel(profile, modelHost, onNews, signal) {
    const { downloadProfile } = await import("./client/downloads/download-profile.ts");
    const startWorker = () => new Worker(trustedScriptUrl(downloadUrl), { type: "module" });
    return await downloadProfile({ clock, startWorker }, profile, modelHost, onNews, signal);
  },
  // Browsers that ask a person do so once; a refusal only means that they may clear what is kept.
  askToPersist: () => void navigator.storage?.persist().catch(() => false),
  loadSharedKit: async () => await (await import("./client/shared/shared-kit.ts")).openSharedKit(),
  transport: createBrowserTransport({ frameCharsMax: relayFrameLimits.serverFrameBytesMax }),
  online: createOnlinePort(),
  pageUrl: () => `${location.origin}${location.pathname}`,
  power: createPowerPort(browserBattery()),
  isVisible: () => document.visibilityState === "visible",
});

const root = document.getElementById("root");
if (root !== null) mountApp(root, client, joinLink);

// Owned by the page: without a service worker the app works, only not offline.
registerServiceWorker({ onUpdateReady: () => undefined }).catch((error: unknown) =>
  trace.write("warn", "service-worker-refused", { error: String(error) })
);

/** `?lane=webgpu` or `?lane=cpu`: tests and the curious choose the device (D42). */
function forcedDevice(): "webgpu" | "cpu" | undefined {
  const lane = new URLSearchParams(location.search).get("lane");
  return lane === "webgpu" || lane === "cpu" ? lane : undefined;
}
