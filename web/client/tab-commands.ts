/**
 * Commands that this tab sent and that have no answer yet.
 *
 * Owns the waits and their limits. Does not own the channel: frames go out through `post`, and
 * tab-channel.ts reports what came back.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY37  A command no leader took yet is sent to the next leader; one whose leader is gone ends
 *         `leader-silent`, and so does one that waits longer than its limit.
 */

import { err, raceFirst, raceSignal, type Result } from "#shared/base/mod.ts";
import type { Clock, IdSource } from "#shared/ports/mod.ts";
import type { TabFrame } from "./tab-frames.ts";

export interface LeaderSilent {
  readonly kind: "leader-silent";
}

export interface CommandLimits {
  /** How long a command waits for a leader to take it. */
  readonly acceptMsMax: number;
  /** How long a command that was taken waits for its answer. */
  readonly answerMsMax: number;
  /** Unanswered commands at a time; one more is refused. */
  readonly commandsPendingMax: number;
}

export interface CommandDeps {
  readonly clock: Pick<Clock, "sleep">;
  readonly ids: IdSource;
  readonly limits: CommandLimits;
  readonly post: (frame: TabFrame) => void;
}

/** A command that no leader took; whoever has it now must settle it. */
export interface UntakenCommand<Command, Answer> {
  readonly command: Command;
  settle(result: Result<Answer, LeaderSilent>): void;
}

export interface PendingCommands<Command, Answer> {
  /** Posts the command and waits for its answer. Aborting cancels the wait alone. */
  send(command: Command, signal: AbortSignal): Promise<Result<Answer, LeaderSilent>>;
  markAccepted(requestId: string): void;
  settle(requestId: string, result: Result<Answer, LeaderSilent>): void;
  /** Ends what the leader that is gone had taken. */
  loseLeader(): void;
  /** Posts again what no leader took. */
  resend(): void;
  /** Gives what no leader took to this tab, which leads now. */
  adopt(): readonly UntakenCommand<Command, Answer>[];
  close(): void;
}

interface Waiting<Command, Answer> extends UntakenCommand<Command, Answer> {
  isAccepted: boolean;
}

export const LEADER_SILENT: Result<never, LeaderSilent> = err({ kind: "leader-silent" });

/** Makes the pending commands of one tab. */
export function createPendingCommands<Command, Answer>(
  deps: CommandDeps,
): PendingCommands<Command, Answer> {
  const { clock, limits, post } = deps;
  const pending = new Map<string, Waiting<Command, Answer>>();

  const untaken = () => [...pending].filter(([, waiting]) => !waiting.isAccepted);

  return {
    async send(command, signal) {
      if (pending.size >= limits.commandsPendingMax) return LEADER_SILENT;
      const requestId = deps.ids.next("cmd");
      let settle!: (result: Result<Answer, LeaderSilent>) => void;
      const answered = new Promise<Result<Answer, LeaderSilent>>((resolve) => settle = resolve);
      const waiting: Waiting<Command, Answer> = { command, isAccepted: false, settle };
      pending.set(requestId, waiting);
      try {
        post({ kind: "command", requestId, command });
        return await raceFirst([
          (own) => raceSignal(answered, own),
          async (own) => {
            await clock.sleep(limits.acceptMsMax, own);
            if (waiting.isAccepted) await clock.sleep(limits.answerMsMax, own);
            return LEADER_SILENT;
          },
        ], signal);
      } finally {
        pending.delete(requestId);
      }
    },
    markAccepted(requestId) {
      const waiting = pending.get(requestId);
      if (waiting !== undefined) waiting.isAccepted = true;
    },
    settle: (requestId, result) => pending.get(requestId)?.settle(result),
    loseLeader() {
      for (const waiting of pending.values()) {
        if (waiting.isAccepted) waiting.settle(LEADER_SILENT);
      }
    },
    resend() {
      for (const [requestId, { command }] of untaken()) {
        post({ kind: "command", requestId, command });
      }
    },
    adopt() {
      const adopted = untaken().map(([, waiting]) => waiting);
      for (const waiting of adopted) waiting.isAccepted = true;
      return adopted;
    },
    close() {
      for (const waiting of pending.values()) waiting.settle(LEADER_SILENT);
    },
  };
}
