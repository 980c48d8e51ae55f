/**
 * Watched sessions of one tab, leading or not: one signal each, kept whole by snapshots and events.
 *
 * Owns what is shown of each and when the leader is asked anew. Does not own the channel
 * (tab-watches.ts) nor how an event changes a snapshot (session/).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY111 When another tab leads, every watch asks it for a snapshot; what was known stays in sight
 *         as `lost` until it comes.
 *   SY118 An event that leaves a gap changes nothing: a new snapshot is asked for.
 *   SY119 Whatever went wrong, a watch without a snapshot asks again with its next renewal.
 */

import type { Signal } from "@preact/signals";
import { createScope } from "#shared/base/mod.ts";
import type { Clock, IdSource, Log } from "#shared/ports/mod.ts";
import { applyEvent, type NumberedEvent, type SessionSnapshot } from "#shared/session/mod.ts";
import type { TabWatches } from "../tab-watches.ts";
import type { SessionView } from "./session-view.ts";
import { decodeNews, type SessionTarget } from "./session-news.ts";

export interface SessionWatchesDeps {
  readonly watches: TabWatches;
  readonly clock: Pick<Clock, "sleep">;
  readonly ids: IdSource;
  readonly trace: Log;
  readonly limits: { readonly watchRenewMs: number };
}

/** Watches until the disposal or until `signal` aborts; `view` is what a screen shows. */
export function watchSession(
  deps: SessionWatchesDeps,
  target: SessionTarget,
  view: Signal<SessionView>,
  signal: AbortSignal,
): Disposable {
  const watchId = deps.ids.next("wt");
  let snapshot: SessionSnapshot | undefined;
  /** False once a snapshot came that every later event fits. */
  let needsSnapshot = true;
  const ask = (): void => deps.watches.ask({ watchId, target, needsSnapshot });
  const askAnew = (): void => {
    needsSnapshot = true;
    ask();
  };
  const show = (next: SessionSnapshot): void => {
    snapshot = next;
    view.value = { phase: "live", snapshot: next };
  };

  const onEvent = (event: NumberedEvent): void => {
    if (snapshot === undefined || needsSnapshot || event.revision <= snapshot.revision) return;
    const applied = applyEvent(snapshot, event);
    if (applied.ok) show(applied.value);
    else askAnew(); // SY118
  };
  const onNews = (payload: unknown): void => {
    const news = decodeNews(payload);
    if (!news.ok) {
      deps.trace.write("warn", "session-news-malformed", { detail: news.error.detail });
      needsSnapshot = true; // SY119; not at once: the same would come again.
      if (snapshot === undefined) view.value = { phase: "missing", reason: "other-version" };
      return;
    }
    switch (news.value.kind) {
      case "snapshot":
        needsSnapshot = false;
        return show(news.value.snapshot);
      case "event":
        return onEvent(news.value.event);
      case "refused":
        needsSnapshot = true;
        snapshot = undefined;
        view.value = { phase: "missing", reason: news.value.reason };
        return;
      case "ended":
        needsSnapshot = true;
        if (snapshot !== undefined) view.value = { phase: "ended", snapshot };
    }
  };
  const watch = deps.watches.begin(watchId, {
    onNews,
    onLeader() { // SY111
      if (snapshot !== undefined) view.value = { phase: "lost", snapshot };
      askAnew();
    },
  });
  const scope = createScope(signal, (error) => {
    deps.trace.write("error", "session-watch-defect", { error: String(error) });
  });
  scope.start(async (inner) => {
    while (true) {
      ask();
      await deps.clock.sleep(deps.limits.watchRenewMs, inner);
    }
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      // Owned by the client's signal; its one child ends with the abort.
      void scope.close("unwatched");
    },
  };
}
