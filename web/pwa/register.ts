/**
 * Registers the service worker and speaks with it for the page.
 *
 * Owns the prompt: a new version is announced once and taken when the app says so. Does not decide
 * when: the app calls `applyUpdate` while no turn is running.
 */

import { trustedScriptUrl } from "../client/trusted-types.ts";
import type { WorkerCommand, WorkerReport } from "./offline-files.ts";

export interface ServiceWorkerObserver {
  /** A new version is installed and waits. Called at most once per page. */
  readonly onUpdateReady: () => void;
  /** Everything that the starter model needs works offline now, or why it does not yet. */
  readonly onOfflineReport?: (report: WorkerReport) => void;
}

const LOOK_AFTER_MS = 60 * 60 * 1_000;
const SERVICE_WORKER_URL = "/service-worker.js";

function send(worker: ServiceWorker | null, command: WorkerCommand): void {
  worker?.postMessage(command);
}

/** Calls `onReady` when a version is installed behind the one that controls this page. */
function watchForUpdate(registration: ServiceWorkerRegistration, onReady: () => void): void {
  const watch = (worker: ServiceWorker): void => {
    const check = (): void => {
      // Without a controller this is the first installation, not an update.
      if (worker.state === "installed" && navigator.serviceWorker.controller !== null) onReady();
    };
    worker.addEventListener("statechange", check);
    check();
  };
  if (registration.waiting !== null) watch(registration.waiting);
  registration.addEventListener("updatefound", () => {
    if (registration.installing !== null) watch(registration.installing);
  });
}

/** An installed page stays open for days: it looks for a new version when it is seen again. */
function lookWhenSeen(registration: ServiceWorkerRegistration): void {
  let lastMs = performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (performance.now() - lastMs < LOOK_AFTER_MS) return;
    lastMs = performance.now();
    // Without the server the version at hand goes on; the next look comes.
    registration.update().catch(() => undefined);
  });
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

/**
 * Registers: a first installation fetches the whole app, so call it when nobody waits for the page.
 * Does nothing under `vite dev` and where the browser has no service workers (private windows of
 * some). Rejects when the browser refuses the script.
 */
export async function registerServiceWorker(observer: ServiceWorkerObserver): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  container.addEventListener("message", (event: MessageEvent<WorkerReport>) => {
    observer.onOfflineReport?.(event.data);
  });
  const registration = await container.register(trustedScriptUrl(SERVICE_WORKER_URL), {
    updateViaCache: "none",
  });
  watchForUpdate(registration, once(observer.onUpdateReady));
  lookWhenSeen(registration);
  const ready = await container.ready;
  send(ready.active, { kind: "keep-engine-files" });
}

/**
 * Lets the waiting version take over. Every tab of this origin reloads, so call it while no turn
 * runs; drafts and the log are stored and survive. Does nothing when no version waits.
 */
export async function applyUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const waiting = registration?.waiting ?? null;
  // None waits any more when another tab took it: then this one is a reload behind.
  if (waiting === null) location.reload();
  else send(waiting, { kind: "apply-update" });
}
