/**
 * The sessions of a peer: their code is loaded when the first input runs or somebody looks, so that
 * a page shows its rooms without it.
 *
 * Owns the loading and what people see of runs in progress. Does not own the sessions
 * (sessions/session-host.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO69  Work waits, and is tried again, while the code of sessions cannot be loaded; who asks is
 *         told so.
 */

import { raceSignal } from "../base/race.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { PerformOutcome } from "../ledger/outcome.ts";
import type { SessionRef } from "../ledger/private-work.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { SessionReply, SessionRequest } from "../session/control/requests.ts";
import type { Attachment } from "../session/log/session-log.ts";
import type { SessionStatus } from "../session/session-status.ts";
import type { AttemptKey, AttemptProgress, Progress } from "./attempts.ts";
import { hostingLimits as limits } from "./limits.ts";
import type { SessionHost, SessionHostDeps } from "./sessions/session-host.ts";

/** Loads the code; the product's own is a chunk of its own. */
export type LoadSessions = () => Promise<{
  readonly createSessionHost: (deps: SessionHostDeps, signal: AbortSignal) => SessionHost;
}>;

export interface PeerSessionsDeps extends Omit<SessionHostDeps, "onStatus"> {
  readonly loadSessions?: LoadSessions | undefined;
  /** An attempt began, began to speak, or ended. */
  readonly onPhase: () => void;
}

export interface PeerSessions extends AttemptProgress {
  /** Performs an input of the ledger; aborting cancels the work. */
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  handle(request: SessionRequest, signal: AbortSignal): Promise<SessionReply>;
  /** Undefined for a session that is not of this device. */
  attach(
    ref: SessionRef,
    signal: AbortSignal,
  ): Promise<Result<Attachment | undefined, "unavailable">>;
  onInput(input: InputRecord): void;
  onEngine(): void;
  forgetRoom(roomId: string): void;
  /** Ends every session; the next use begins anew. */
  close(): Promise<void>;
}

export function createPeerSessions(given: PeerSessionsDeps): PeerSessions {
  const { clock, trace } = given;
  const load: LoadSessions = given.loadSessions ?? (() => import("./sessions/session-host.ts"));
  const progress = new Map<string, Progress>();
  let life = new AbortController();
  let host: SessionHost | undefined;
  let loading: Promise<SessionHost> | undefined;

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
    given.onPhase();
  };

  const make = async (): Promise<SessionHost> => {
    const mine = life.signal;
    const { createSessionHost } = await load();
    mine.throwIfAborted();
    return host = createSessionHost({ ...given, onStatus }, mine);
  };

  /** Aborting cancels the wait. */
  const ready = async (signal: AbortSignal): Promise<SessionHost | undefined> => {
    if (host !== undefined) return host;
    loading ??= make().finally(() => loading = undefined);
    try {
      return await raceSignal(loading, signal);
    } catch (error) { // TypeError: the code could not be fetched.
      signal.throwIfAborted();
      trace.write("warn", "sessions-unavailable", { detail: String(error) }); // HO69
      return undefined;
    }
  };

  return {
    async run(input, signal) {
      const sessions = host ?? await ready(signal);
      if (sessions !== undefined) return await sessions.run(input, signal);
      const reason = "sessions-unavailable";
      return { kind: "retry", afterMs: limits.retryMsMax, reason, partialText: undefined };
    },
    async handle(request, signal) {
      const sessions = await ready(signal);
      if (sessions !== undefined) return await sessions.handle(request, signal);
      const error = { kind: "storage-failed", detail: "the code of sessions" } as const;
      return { requestId: request.requestId, ok: false, error };
    },
    async attach(ref, signal) {
      const sessions = await ready(signal);
      return sessions === undefined ? err("unavailable") : ok(sessions.attach(ref));
    },
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
      life.abort("the peer ends");
      life = new AbortController();
      await closing?.close();
    },
    progressOf: (key) => progress.get(progressKey(key)),
  };
}

function progressKey({ roomId, persona, turn, attempt }: AttemptKey): string {
  return `${roomId}/${persona}/${turn}/${attempt}`;
}
