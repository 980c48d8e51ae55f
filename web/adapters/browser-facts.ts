/** What this browser says of itself, of this page and of its storage. */

import type { PageFacts } from "../client/diagnostics/report.ts";

/** Undefined where the browser does not tell. */
export async function readStorageFacts(): Promise<PageFacts["storage"]> {
  const { storage } = navigator;
  if (storage?.estimate === undefined) return undefined;
  const { usage = 0, quota = 0 } = await storage.estimate();
  return { usedBytes: usage, quotaBytes: quota, isKept: await storage.persisted() };
}

/** Whether the browser promised not to clear what is stored; it may ask the person. */
export async function askToKeepStorage(): Promise<boolean> {
  return await navigator.storage?.persist() ?? false;
}

export async function readPageFacts(): Promise<PageFacts> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src ?? "";
  return {
    build: script.split("/").at(-1) ?? "",
    browser: navigator.userAgent,
    languages: navigator.languages,
    screen: `${innerWidth} x ${innerHeight} at ${devicePixelRatio}`,
    cores: navigator.hardwareConcurrency,
    isVisible: document.visibilityState === "visible",
    isOnline: navigator.onLine,
    isInstalled: matchMedia("(display-mode: standalone)").matches,
    isIsolated: crossOriginIsolated,
    isOfflineReady: navigator.serviceWorker?.controller != null,
    storage: await readStorageFacts(),
  };
}
