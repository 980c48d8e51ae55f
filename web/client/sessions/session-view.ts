/**
 * A watched session as a screen shows it, and the way to begin: the code that keeps it whole is
 * fetched by the first watch, not by the page.
 */

import { type ReadonlySignal, signal as createSignal } from "@preact/signals";
import type { SessionSnapshot } from "#shared/session/mod.ts";
import type { WatchRefusal } from "./session-news.ts";
import type { SessionWatchesDeps } from "./session-watches.ts";

export type SessionView =
  | { readonly phase: "opening" }
  | { readonly phase: "live"; readonly snapshot: SessionSnapshot }
  /** The leading tab changed; what was known last. */
  | { readonly phase: "lost"; readonly snapshot: SessionSnapshot }
  /** The session tells no more; it may come back. */
  | { readonly phase: "ended"; readonly snapshot: SessionSnapshot }
  | {
    readonly phase: "missing";
    readonly reason: WatchRefusal | "other-version" | "code-missing";
  };

/** Disposing ends the watch; the view then stays as it is. */
export interface SessionWatch extends Disposable {
  readonly view: ReadonlySignal<SessionView>;
}

/** Begins at once, as far as the screen can tell; ends with the disposal or with `signal`. */
export function openSessionWatch(
  deps: SessionWatchesDeps,
  roomId: string,
  session: string,
  signal: AbortSignal,
): SessionWatch {
  const view = createSignal<SessionView>({ phase: "opening" });
  let isDisposed = false;
  let watch: Disposable | undefined;
  const begin = async (): Promise<void> => {
    const { watchSession } = await import("./session-watches.ts");
    if (isDisposed || signal.aborted) return;
    watch = watchSession(deps, { roomId, session }, view, signal);
  };
  // Owned by the watch: code that does not come (no network, an old page) is what it shows.
  void begin().catch((error: unknown) => {
    deps.trace.write("warn", "session-code-missing", { error: String(error) });
    view.value = { phase: "missing", reason: "code-missing" };
  });
  return {
    view,
    [Symbol.dispose]() {
      isDisposed = true;
      watch?.[Symbol.dispose]();
    },
  };
}
