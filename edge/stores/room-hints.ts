/**
 * Room hints: tells who reads a room's log in this process that the log, or the room's outbox, may
 * have changed. A hint carries no data: readers fill gaps from the store.
 */

export interface RoomHints {
  notify(roomId: string): void;
  /** Each hint comes in a microtask of its own, so that an observer that throws harms nobody. */
  subscribe(roomId: string, onHint: () => void): Disposable;
}

export function createRoomHints(): RoomHints {
  const observersByRoom = new Map<string, Set<() => void>>();
  return {
    notify(roomId) {
      for (const observer of observersByRoom.get(roomId) ?? []) queueMicrotask(observer);
    },
    subscribe(roomId, onHint) {
      const observers = observersByRoom.get(roomId) ?? new Set();
      // Silent once disposed, whatever was on its way.
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
  };
}
