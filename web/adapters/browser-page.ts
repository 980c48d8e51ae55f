/**
 * The browser's side of leadership: Web Locks and the life of the page.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY269 A page that the browser keeps aside, frozen, gives leadership up; when it is back it
 *         shows what happened meanwhile, and a turn that it left is settled once, by whoever leads.
 */

import type { HeldLock, LockPort, PagePort } from "../client/leadership.ts";

/** Web Locks of this origin. The browser releases what a closed or crashed tab held. */
export function createWebLocks(manager: LockManager = navigator.locks): LockPort {
  return {
    acquire(name, signal) {
      return new Promise<HeldLock>((resolve, reject) => {
        const hold = (): Promise<void> =>
          new Promise((release) => resolve({ release: () => release() }));
        manager.request(name, { mode: "exclusive", signal }, hold).catch(reject);
      });
    },
  };
}

/** The network comes or goes, or the page is seen again: its timers may have been slowed down. */
export function createOnlinePort(): { subscribe(onBack: () => void): Disposable } {
  return {
    subscribe(onBack) {
      const listening = new AbortController();
      const { signal } = listening;
      const onVisible = (): void => {
        if (document.visibilityState === "visible" && navigator.onLine) onBack();
      };
      addEventListener("online", () => onBack(), { signal });
      // A socket may stay open as if nothing had happened: whoever listens checks it.
      addEventListener("offline", () => onBack(), { signal });
      document.addEventListener("visibilitychange", onVisible, { signal });
      return { [Symbol.dispose]: () => listening.abort() };
    },
  };
}

/** Freezing and leaving count alike, so do resuming and being shown again from the cache. */
export function createPagePort(): PagePort {
  return {
    subscribe(onChange) {
      const listening = new AbortController();
      const { signal } = listening;
      const leave = (): void => onChange("left");
      const back = (): void => onChange("back");
      addEventListener("pagehide", leave, { signal });
      addEventListener("pageshow", back, { signal });
      document.addEventListener("freeze", leave, { signal });
      document.addEventListener("resume", back, { signal });
      return { [Symbol.dispose]: () => listening.abort() };
    },
  };
}
