/**
 * Watches of one tab: what it asks the leader to be told of, by the id it made for each.
 *
 * Owns which ids are this tab's, and where news of them go. Does not own what is watched: targets
 * and news are decoded by whoever watches and whoever serves (sessions/).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY114 In the leading tab a watch goes past the channel; elsewhere its news reach the tab that
 *         asked and change nothing in the others.
 */

import type { TabFrame, WatchAsk } from "./tab-frames.ts";
import type { LeaderHandlers } from "./tab-seat.ts";

export interface WatchObserver {
  readonly onNews: (payload: unknown) => void;
  /** Another tab leads, or this one does now: it knows nothing of the watch. */
  readonly onLeader: () => void;
}

export interface TabWatches {
  /** Begins a watch; nothing is asked before `ask`. Disposing ends it at the leader too. */
  begin(watchId: string, observer: WatchObserver): Disposable;
  /** Asks the leader, or renews; without a leader nobody hears it, and `onLeader` follows. */
  ask(ask: WatchAsk): void;
}

export interface OwnWatches extends TabWatches {
  /** False when the id is not of this tab. */
  tellNews(watchId: string, payload: unknown): boolean;
  tellLeader(): void;
  /** Ends every watch of this tab. */
  close(): void;
}

export interface TabWatchesDeps {
  readonly post: (frame: TabFrame) => void;
  /** Set while this tab leads. */
  readonly server: () =>
    | Pick<LeaderHandlers<unknown, unknown, unknown>, "onWatch" | "onUnwatch">
    | undefined;
}

export function createTabWatches({ post, server }: TabWatchesDeps): OwnWatches {
  const own = new Map<string, WatchObserver>();

  const end = (watchId: string): void => {
    if (!own.delete(watchId)) return;
    const leading = server();
    if (leading === undefined) post({ kind: "unwatch", watchId });
    else leading.onUnwatch(watchId);
  };

  return {
    begin(watchId, observer) {
      own.set(watchId, observer);
      return { [Symbol.dispose]: () => end(watchId) };
    },
    ask(ask) {
      if (!own.has(ask.watchId)) return;
      const leading = server();
      if (leading === undefined) post({ kind: "watch", ...ask });
      else leading.onWatch(ask);
    },
    tellNews(watchId, payload) {
      const observer = own.get(watchId);
      observer?.onNews(payload);
      return observer !== undefined;
    },
    tellLeader() {
      for (const observer of [...own.values()]) observer.onLeader();
    },
    close() {
      for (const watchId of [...own.keys()]) end(watchId);
    },
  };
}
