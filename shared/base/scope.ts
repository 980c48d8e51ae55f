/**
 * Scope: the owner of child promises. Children start in it, get its signal, and end with it.
 *
 * Owns the abort signal and the set of running children. Does not own restarts (supervision) nor
 * what a failed child means: `onFailure` decides, once per child that failed before it was told to
 * end.
 *
 * Rules (shared/SPEC.md, section BA):
 *   BA13  No promise without an owner: a closed scope has aborted and awaited every child.
 */

import { assert } from "./assert.ts";

export interface Scope {
  /** Aborts when the scope closes or its parent aborts, with that reason. */
  readonly signal: AbortSignal;
  /** Children that have not ended. */
  readonly size: number;
  /** Starts a child; it must end soon after its signal aborts. A closed scope takes no child. */
  start(child: (signal: AbortSignal) => Promise<void>): void;
  /** Aborts every child and resolves when all have ended. Closing twice waits for the same end. */
  close(reason: unknown): Promise<void>;
}

/** Makes a scope; `parent` aborting aborts the children, `close` is still needed to await them. */
export function createScope(parent: AbortSignal, onFailure: (error: unknown) => void): Scope {
  const controller = new AbortController();
  const { signal } = controller;
  const children = new Set<Promise<void>>();
  let isClosed = false;

  const onParentAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) onParentAbort();
  else parent.addEventListener("abort", onParentAbort, { once: true });

  const watch = async (child: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await child(signal);
    } catch (error) {
      // Actor shell: after the abort every end is an expected one, before it none is.
      if (!signal.aborted) onFailure(error);
    }
  };

  return {
    signal,
    get size() {
      return children.size;
    },
    start(child) {
      assert(!isClosed, "Cannot start a child: the scope is closed");
      const running = watch(child).finally(() => children.delete(running));
      children.add(running);
    },
    async close(reason) {
      isClosed = true;
      parent.removeEventListener("abort", onParentAbort);
      controller.abort(reason);
      // A child may not start another one after the close, so this set only shrinks.
      await Promise.all(children);
    },
  };
}
