/**
 * Notifications of this browser, one a room. Through the service worker where there is one, so that
 * they work on telephones and lead back when the tab is gone; else the page's own.
 *
 * Owns the browser's side. What is shown, and whether, is decided elsewhere (`decide-calls.ts`).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY250 Whether notifications may be shown is asked only when a person presses the button for
 *         it; one who said no is told how to change that.
 */

import { signal } from "@preact/signals";
import { routeToHash } from "../route.ts";

export type Permission = NotificationPermission | "unsupported";

/** What the browser allows now. */
export const permission = signal<Permission>(readPermission());

function readPermission(): Permission {
  return "Notification" in globalThis ? Notification.permission : "unsupported";
}

/** Looks again: people change it in the browser, where no page is told. */
export function lookAtPermission(): void {
  permission.value = readPermission();
}

/** Call only from a press (SY250). */
export async function askPermission(): Promise<Permission> {
  if (readPermission() === "default") await Notification.requestPermission();
  lookAtPermission();
  return permission.value;
}

export interface Notice {
  readonly roomId: string;
  readonly title: string;
  readonly body: string;
  readonly isLoud: boolean;
}

/** Those that this page made itself, by room. */
const own = new Map<string, Notification>();

export async function showNotice({ roomId, title, body, isLoud }: Notice): Promise<void> {
  if (readPermission() !== "granted") return;
  const options = {
    body,
    tag: tagOf(roomId),
    data: { roomId },
    dir: "auto",
    icon: "/icons/key-192.png",
    renotify: isLoud,
    silent: !isLoud,
  } as const;
  const registration = await readRegistration();
  if (registration !== undefined) return await registration.showNotification(title, options);
  const notice = new Notification(title, options);
  own.set(roomId, notice);
  notice.addEventListener("click", () => {
    focus();
    location.hash = routeToHash({ kind: "room", roomId });
    notice.close();
  });
}

export async function closeNotice(roomId: string): Promise<void> {
  own.get(roomId)?.close();
  own.delete(roomId);
  const registration = await readRegistration();
  const shown = await registration?.getNotifications({ tag: tagOf(roomId) }) ?? [];
  for (const notice of shown) notice.close();
}

const tagOf = (roomId: string): string => `conclave-room-${roomId}`;

async function readRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  if (!("serviceWorker" in navigator)) return undefined;
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.active === null ? undefined : registration;
}
