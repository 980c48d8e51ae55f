/**
 * Log hints: tells every tab that a room's log, or the list of rooms, may have changed (D30).
 *
 * Owns the observers of this tab. A hint carries no data and may be lost: readers fill gaps from
 * the store. What arrives is checked to be a room id and is otherwise ignored.
 */

import type { BroadcastPort } from "./broadcast-port.ts";

export const LOG_HINTS_CHANNEL = "conclave-log-hints";

/** The subject of a hint about the list of rooms; no room id looks like it. */
export const ROOM_LIST = "*";

export interface LogHints {
  /** Tells this tab and all others about `roomId`, or about `ROOM_LIST`. */
  notify(roomId: string): void;
  subscribe(roomId: string, onHint: () => void): Disposable;
  close(): void;
}

/** Makes the hints of one tab; it owns `port` and closes it. */
export function createLogHints(port: BroadcastPort): LogHints {
  const observersByRoom = new Map<string, Set<() => void>>();
  // Undefined once closed: an append that was under way still ends well.
  let open: BroadcastPort | undefined = port;

  const tell = (roomId: unknown): void => {
    if (typeof roomId !== "string") return; // Not a hint of ours.
    for (const observer of observersByRoom.get(roomId) ?? []) queueMicrotask(observer);
  };
  const subscription = port.subscribe(tell);

  return {
    notify(roomId) {
      tell(roomId);
      open?.post(roomId);
    },
    subscribe(roomId, onHint) {
      const observers = observersByRoom.get(roomId) ?? new Set();
      // In its own microtask, so that an observer that throws harms nobody; silent once disposed.
      const observer = (): void => {
        if (observers.has(observer)) onHint();
      };
      observersByRoom.set(roomId, observers.add(observer));
      return {
        [Symbol.dispose]() {
          observers.delete(observer);
          if (observers.size === 0 && observersByRoom.get(roomId) === observers) {
            observersByRoom.delete(roomId);
          }
        },
      };
    },
    close() {
      subscription[Symbol.dispose]();
      observersByRoom.clear();
      open = undefined;
      port.close();
    },
  };
}
