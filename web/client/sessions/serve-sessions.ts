/**
 * The leader's end of watching: tells each tab that asked one snapshot of a session and every event
 * behind it.
 *
 * Owns the attachments and their leases. Does not own sessions (the directory's) nor the channel.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY110 A watch gets a snapshot, then every event behind it, in order, without gap or overlap;
 *         asked again, it gets a new snapshot.
 *   SY112 A watch ends when its tab says so, when a whole lease passed without a renewal, or when
 *         this tab leads no more; nothing is told of it after that.
 *   SY117 More than `watchesMax` watches at a time are refused by name.
 */

import { createScope, raceSignal, type Scope } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import type { Attachment } from "#shared/session/mod.ts";
import type { WatchAsk } from "../tab-frames.ts";
import type { Sessions } from "#shared/hosting/mod.ts";
import { decodeTarget, type SessionNews, type WatchRefusal } from "./session-news.ts";

export interface SessionServerDeps {
  readonly directory: Pick<Sessions, "attach">;
  readonly clock: Pick<Clock, "sleep">;
  readonly limits: { readonly watchesMax: number; readonly watchLeaseMs: number };
  readonly publish: (watchId: string, news: SessionNews) => void;
  readonly onDefect: (error: unknown) => void;
}

export interface SessionServer {
  watch(ask: WatchAsk): void;
  unwatch(watchId: string): void;
}

interface Watch {
  readonly scope: Scope;
  isRenewed: boolean;
}

/** Serves until `signal` aborts. */
export function createSessionServer(deps: SessionServerDeps, signal: AbortSignal): SessionServer {
  const watches = new Map<string, Watch>();

  const end = (watchId: string, reason: string): void => {
    const watch = watches.get(watchId);
    watches.delete(watchId);
    // Owned by the server's signal; the children end with the abort and nobody waits for them.
    void watch?.scope.close(reason);
  };

  const begin = (watchId: string, attachment: Attachment): void => {
    const watch: Watch = { scope: createScope(signal, deps.onDefect), isRenewed: true };
    watches.set(watchId, watch);
    const publish = (news: SessionNews): void => {
      if (watches.get(watchId) === watch) deps.publish(watchId, news); // SY112
    };
    publish({ kind: "snapshot", snapshot: attachment.snapshot });
    watch.scope.start(async (inner) => {
      await tellEvents(attachment, publish, inner);
      publish({ kind: "ended" });
      end(watchId, "the session tells no more");
    });
    watch.scope.start(async (inner) => {
      while (watch.isRenewed) {
        watch.isRenewed = false;
        await deps.clock.sleep(deps.limits.watchLeaseMs, inner);
      }
      end(watchId, "not renewed");
    });
  };

  return {
    watch({ watchId, target, needsSnapshot }) {
      if (signal.aborted) return;
      const known = watches.get(watchId);
      if (known !== undefined && !needsSnapshot) {
        known.isRenewed = true;
        return;
      }
      end(watchId, "asked anew");
      const refuse = (reason: WatchRefusal): void =>
        deps.publish(watchId, { kind: "refused", reason });
      const decoded = decodeTarget(target);
      if (!decoded.ok) return refuse("target-malformed");
      if (watches.size >= deps.limits.watchesMax) return refuse("too-many-watches"); // SY117
      const attachment = deps.directory.attach(decoded.value.roomId, decoded.value.session);
      if (attachment === undefined) return refuse("session-unknown");
      begin(watchId, attachment);
    },
    unwatch: (watchId) => end(watchId, "unwatched"),
  };
}

/** Publishes until the events end or `signal` aborts; lets go of the attachment either way. */
async function tellEvents(
  attachment: Attachment,
  publish: (news: SessionNews) => void,
  signal: AbortSignal,
): Promise<void> {
  using _attached = attachment;
  const events = attachment.events[Symbol.asyncIterator]();
  while (true) {
    const next = await raceSignal(events.next(), signal);
    if (next.done === true) return;
    publish({ kind: "event", event: next.value });
  }
}
