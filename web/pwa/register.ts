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

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

/**
 * Registers after the page has loaded. Does nothing under `vite dev` and where the browser has no
 * service workers (private windows of some). Rejects when the browser refuses the script.
 */
export async function registerServiceWorker(observer: ServiceWorkerObserver): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  const wasControlled = container.controller !== null;
  container.addEventListener("message", (event: MessageEvent<WorkerReport>) => {
    observer.onOfflineReport?.(event.data);
  });
  // Another build controls the page now; its own chunks may be gone from the server.
  container.addEventListener("controllerchange", () => {
    if (wasControlled) location.reload();
  });
  const registration = await container.register(trustedScriptUrl(SERVICE_WORKER_URL), {
    updateViaCache: "none",
  });
  watchForUpdate(registration, once(observer.onUpdateReady));
  const ready = await container.ready;
  send(ready.active, { kind: "keep-engine-files" });
}

/**
 * Lets the waiting version take over. Every tab of this origin reloads, so call it while no turn
 * runs; drafts and the log are stored and survive. Does nothing when no version waits.
 */
export async function applyUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  send(registration?.waiting ?? null, { kind: "apply-update" });
}
