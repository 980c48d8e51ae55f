import type { PeerStore } from "../../ports/peer-store.ts";
import { forwardingStore } from "./forwarding-store.ts";

export interface CrashPlan {
  /** The call that the process dies at, from 1. */
  readonly atCall: number;
  /** Whether that call's transaction was committed before the end. */
  readonly isCommitted: boolean;
}

/**
 * A peer store in a process that dies at one call: that call and all later ones never answer, so
 * that what is left of the process can neither learn nor change anything. `onCrash` tells the test.
 */
export function crashingStore(
  store: PeerStore,
  plan: CrashPlan,
  onCrash: () => void,
): { readonly store: PeerStore; readonly hasCrashed: () => boolean } {
  let calls = 0;
  const silence = <T>(): Promise<T> => new Promise(() => undefined);

  const through = <T>(call: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls < plan.atCall) return call();
    if (calls > plan.atCall) return silence();
    if (!plan.isCommitted) {
      onCrash();
      return silence();
    }
    return call().then(() => {
      onCrash();
      return silence<T>();
    });
  };

  const dying = forwardingStore(() => store, through);
  return { store: dying, hasCrashed: () => calls >= plan.atCall };
}
