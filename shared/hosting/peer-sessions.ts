/**
 * The sessions of a peer, and what people see of their runs in progress.
 *
 * Owns the progress of attempts, and the life of the sessions: they end with the peer. Does not own
 * the sessions (sessions/session-host.ts).
 */

import type { PerformOutcome } from "../ledger/outcome.ts";
import type { SessionRef } from "../ledger/private-work.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { SessionStatus } from "../session/session-status.ts";
import type { AttemptKey, AttemptProgress, Progress } from "./attempts.ts";
import {
  createSessionHost,
  type HostSessions,
  type SessionHost,
  type SessionHostDeps,
} from "./sessions/session-host.ts";

export interface PeerSessionsDeps extends Omit<SessionHostDeps, "ledger" | "onStatus"> {
  /** Asked when the first session is used. */
  readonly ledger: () => SessionHostDeps["ledger"];
  /** An attempt began, began to speak, or ended. */
  readonly onPhase: () => void;
}

export interface PeerSessions extends AttemptProgress, HostSessions {
  /** Reads what the stores have of a session. Aborting cancels the wait. */
  open: SessionHost["open"];
  /** Performs an input of the ledger; aborting cancels the work. */
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  onInput(input: InputRecord): void;
  onEngine(): void;
  forgetRoom(roomId: string): void;
  /** Ends every session; the next use begins anew. */
  close(): Promise<void>;
}

export function createPeerSessions(deps: PeerSessionsDeps): PeerSessions {
  const { clock } = deps;
  const progress = new Map<string, Progress>();
  let host: SessionHost | undefined;

  const onStatus = ({ roomId, persona }: SessionRef, status: SessionStatus): void => {
    const prefix = `${roomId}/${persona}/`;
    for (const [key, last] of progress) {
      if (!key.startsWith(prefix)) continue;
      if (status.phase === "idle") progress.set(key, { ...last, isOver: true }); // HO46
      else progress.delete(key);
    }
    if (status.phase === "running") {
      const { turn, attempt, stage } = status.run;
      const key = progressKey({ roomId, persona, turn, attempt });
      const since = clock.epochNow();
      progress.set(key, { isOver: false, speaking: stage === "replying", since });
    }
    deps.onPhase();
  };
  const current = (): SessionHost =>
    host ??= createSessionHost({ ...deps, ledger: deps.ledger(), onStatus });

  return {
    open: (ref, signal) => current().open(ref, signal),
    run: (input, signal) => current().run(input, signal),
    handle: (request, signal) => current().handle(request, signal),
    handleExternal: (request, source, signal) => current().handleExternal(request, source, signal),
    attach: (roomId, session) => current().attach(roomId, session),
    asks: () => host?.asks() ?? [],
    subscribe: (onAsks) => current().subscribe(onAsks),
    onInput: (input) => host?.onInput(input),
    onEngine: () => host?.onEngine(),
    forgetRoom(roomId) {
      for (const key of [...progress.keys()]) {
        if (key.startsWith(`${roomId}/`)) progress.delete(key);
      }
      // Owned by the host, whose closing waits for the same.
      void host?.forgetRoom(roomId).catch(() => undefined);
    },
    async close() {
      const closing = host;
      host = undefined;
      await closing?.close();
    },
    progressOf: (key) => progress.get(progressKey(key)),
  };
}

function progressKey({ roomId, persona, turn, attempt }: AttemptKey): string {
  return `${roomId}/${persona}/${turn}/${attempt}`;
}
