import type { PeerStore } from "../../ports/peer-store.ts";

/** A call of any method of a store. */
type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * A peer store whose calls all go to the one that `target` gives then, each through `around`, which
 * decides whether and how it is made.
 */
export function forwardingStore(
  target: () => PeerStore,
  around: (call: () => Promise<unknown>, method: string) => Promise<unknown> = (call) => call(),
): PeerStore {
  const forward: ProxyHandler<object> = {
    get: (_self, name) => (...args: unknown[]) => {
      const store = target();
      const method: unknown = Reflect.get(store, name);
      if (typeof method !== "function") throw new TypeError(`A store has no ${String(name)}`);
      return around(() => (method as Call).apply(store, args), String(name));
    },
  };
  return new Proxy({}, forward) as PeerStore;
}
