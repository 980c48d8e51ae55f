/**
 * The service worker: offline shell, and engine files kept apart.
 *
 * Owns two kinds of caches (`offline-files.ts`). Does not own models that the reader downloads,
 * runs no engine (architecture.md D8) and never takes over by itself: a new version waits until the
 * page says `apply-update`, because turns may be running.
 */

import {
  FILES_CACHE,
  keyOf,
  type OfflineFile,
  type OfflineManifest,
  type PageCommand,
  routeRequest,
  shellCacheOf,
  staleCaches,
  staleKeys,
  type WorkerCommand,
  type WorkerReport,
} from "./offline-files.ts";

import { HANDED_IN_URL, keepHandedIn, piecesOf } from "./handed-in.ts";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __OFFLINE_MANIFEST__: OfflineManifest;

const manifest = __OFFLINE_MANIFEST__;

/** Downloads under way by key: the page and the background ask for the same large files. */
const downloads = new Map<string, Promise<Response>>();

async function installShell(): Promise<void> {
  const cache = await caches.open(shellCacheOf(manifest));
  // "no-cache" revalidates: an HTTP cache must not mix files of two builds.
  const requests = manifest.shell.map((file) => new Request(file.url, { cache: "no-cache" }));
  await cache.addAll(requests);
}

async function dropStale(): Promise<void> {
  const names = staleCaches(await caches.keys(), manifest);
  await Promise.all(names.map((name) => caches.delete(name)));
  const files = await caches.open(FILES_CACHE);
  const keys = (await files.keys()).map((request) => request.url);
  await Promise.all(staleKeys(keys, manifest).map((key) => files.delete(key)));
}

async function downloadFile(file: OfflineFile): Promise<Response> {
  const response = await fetch(file.url, { cache: "no-cache" });
  if (!response.ok) return response;
  const cache = await caches.open(FILES_CACHE);
  const copy = response.clone();
  // A full disk must not keep the page from its file; the next visit tries to store it again.
  await cache.put(keyOf(file), copy).catch((error: unknown) => {
    if (!(error instanceof DOMException)) throw error;
    console.warn("Failed to keep a file for offline use:", file.url, error.name);
  });
  return response;
}

/** Answers from the cache, or from the network and stores. Callers share one download. */
async function answerFile(file: OfflineFile): Promise<Response> {
  const key = keyOf(file);
  const cache = await caches.open(FILES_CACHE);
  const kept = await cache.match(key);
  if (kept !== undefined) return kept;
  let download = downloads.get(key);
  if (download === undefined) {
    download = downloadFile(file).finally(() => downloads.delete(key));
    downloads.set(key, download);
  }
  return (await download).clone();
}

async function answerShell(url: string): Promise<Response> {
  const cache = await caches.open(shellCacheOf(manifest));
  // Missing only when the browser evicted it; then the network is the truth.
  return await cache.match(url) ?? await fetch(url);
}

/** Keeps what another app shared; the screen that lists it says so when there was no space. */
async function takeShare(request: Request): Promise<Response> {
  const left = await request.formData().then(piecesOf).then(keepHandedIn).catch(
    (error: unknown) => {
      console.warn("Failed to keep what was shared:", String(error));
      return -1;
    },
  );
  const target = left === 0 ? HANDED_IN_URL : `${HANDED_IN_URL}/${left < 0 ? "failed" : "full"}`;
  return Response.redirect(target, 303);
}

async function keepEngineFiles(): Promise<WorkerReport> {
  for (const file of manifest.kept) {
    try {
      const response = await answerFile(file);
      await response.body?.cancel();
      if (!response.ok) {
        return { kind: "offline-failed", reason: `${file.url}: status ${response.status}` };
      }
    } catch (error) {
      // `fetch` rejects with a TypeError when the network is gone.
      if (!(error instanceof TypeError)) throw error;
      return { kind: "offline-failed", reason: `${file.url}: ${error.message}` };
    }
  }
  const cache = await caches.open(FILES_CACHE);
  const keys = new Set((await cache.keys()).map(({ url }) => new URL(url)).map(pathAndQueryOf));
  const missing = manifest.kept.find((file) => !keys.has(keyOf(file)));
  return missing === undefined
    ? { kind: "offline-ready", buildId: manifest.buildId }
    : { kind: "offline-failed", reason: `${missing.url}: no space` };
}

const pathAndQueryOf = (url: URL): string => url.pathname + url.search;

self.addEventListener("install", (event) => {
  event.waitUntil(installShell());
});

self.addEventListener("activate", (event) => {
  // Claiming lets the first visit already fill the caches; pages of an older build reload anyway.
  event.waitUntil(dropStale().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const route = routeRequest(event.request, self.location.origin, manifest);
  switch (route.kind) {
    case "network":
      return;
    case "share":
      return event.respondWith(takeShare(event.request));
    case "shell":
      return event.respondWith(answerShell(route.url));
    case "file":
      return event.respondWith(answerFile(route.file));
  }
});

/** A pressed notification leads to its room: in a tab that is there, or in a new one (SY251). */
async function openRoomOf(data: unknown): Promise<void> {
  const { roomId } = Object(data) as { readonly roomId?: unknown };
  if (typeof roomId !== "string") return;
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find(({ visibilityState }) => visibilityState === "visible") ?? tabs[0];
  if (tab === undefined) {
    await self.clients.openWindow(`/#/room/${encodeURIComponent(roomId)}`);
    return;
  }
  const command: PageCommand = { kind: "open-room", roomId };
  tab.postMessage(command);
  await tab.focus();
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openRoomOf(event.notification.data));
});

self.addEventListener("message", (event) => {
  const command = event.data as WorkerCommand;
  switch (command.kind) {
    case "apply-update":
      return event.waitUntil(self.skipWaiting());
    case "keep-engine-files": {
      const page = event.source;
      return event.waitUntil(keepEngineFiles().then((report) => page?.postMessage(report)));
    }
  }
});
