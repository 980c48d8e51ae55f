/**
 * Composition root of the tab: makes clocks, chance and channels. Sockets and workers are made in
 * `peer-parts.ts`, and the worker of a search in `search-parts.ts`.
 */

import { effect, signal } from "@preact/signals";
import { joinLink } from "./take-join-link.ts";
import "./app/styles/index.css";
import { mountApp } from "./app/mount.tsx";
import { openBroadcastPort } from "./adapters/broadcast-port.ts";
import { createBrowserIds, createBrowserRandom } from "./adapters/browser-chance.ts";
import { createBrowserClock } from "./adapters/browser-clock.ts";
import { createOnlinePort, createPagePort, createWebLocks } from "./adapters/browser-page.ts";
import { createConsoleLog } from "./adapters/console-log.ts";
import type { PeerParts } from "./client/client-deps.ts";
import { bootStorage } from "./client/client-storage.ts";
import { createClient } from "./client/create-client.ts";
import { createLogRing } from "./client/diagnostics/log-ring.ts";
import { createDrafts } from "./client/drafts.ts";
import { clientLimits } from "./client/limits.ts";
import { tabDecoders } from "./client/peer-status.ts";
import { createTabChannel, TAB_CHANNEL } from "./client/tab-channel.ts";
import { createTypedStorage } from "./client/typed-storage.ts";
import { createUnsent } from "./client/unsent.ts";
import { createVisits } from "./client/visits.ts";
import { starterProfile } from "#shared/inference/mod.ts";
import { followController } from "./pwa/follow-controller.ts";

const clock = createBrowserClock();
const ids = createBrowserIds();
const { log: trace, lines: logLines } = createLogRing(createConsoleLog("warn"), clock);
const typed = createTypedStorage({
  openLocal: () => localStorage,
  ...{ clock, trace, limits: clientLimits },
});

const visits = createVisits(() => localStorage);

/** Made once: a tab that leads again has the same workers. */
let peerParts: PeerParts | undefined;

const client = createClient({
  clock,
  ids,
  random: createBrowserRandom(),
  trace,
  logLines,
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
  bootStorage: (signal) => bootStorage({ clock, ids, visits }, signal),
  rescueText: async (signal) =>
    await (await import("./adapters/export-raw-rooms.ts")).exportRawRooms(signal),
  async loadPeerParts() {
    const { createPeerParts } = await import("./peer-parts.ts");
    return peerParts ??= createPeerParts({ clock, trace });
  },
  starter: starterProfile,
  loadSharedKit: async () => await (await import("./client/shared/shared-kit.ts")).openSharedKit(),
  openSearch: async () => (await import("./search-parts.ts")).openRoomSearch(),
  readCard: async (...ask) => await (await import("./card-parts.ts")).readCard(...ask),
  online: createOnlinePort(),
  pageUrl: () => `${location.origin}${location.pathname}`,
  isVisible: () => document.visibilityState === "visible",
});

const loadRegister = () => import("./pwa/register.ts");
const root = document.getElementById("root");
const isUpdateReady = signal(false);
const updates = {
  isReady: isUpdateReady,
  apply: async () => await (await loadRegister()).applyUpdate(),
};
followController();
if (root !== null) mountApp(root, client, updates, joinLink);

effect(() => {
  if (!client.usable.value) return;
  const onUpdateReady = (): void => void (isUpdateReady.value = true);
  // Owned by the page: without a service worker the app works, only not offline.
  loadRegister().then((code) => code.registerServiceWorker({ onUpdateReady })).catch((
    error: unknown,
  ) => trace.write("warn", "service-worker-refused", { error: String(error) }));
});
