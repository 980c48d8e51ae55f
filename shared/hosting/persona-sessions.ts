/**
 * Persona sessions: one session per persona of each room, with the room's prompts and this peer's
 * engine.
 *
 * Owns the sessions and what of their progress people see. Does not own when they run (ledger).
 */

import type { SessionRef } from "../ledger/private-work.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { RoomState } from "../room/room-state.ts";
import type { SessionLog } from "../session/log/session-log.ts";
import {
  createSession,
  type Session,
  type StreamFrame as SessionFrame,
} from "../session/session.ts";
import type { AttemptKey, AttemptProgress, Progress } from "./attempts.ts";
import { buildPrompt, promptTokensMax } from "./build-prompt.ts";
import type { EngineService } from "./engine-service.ts";
import type { ReadRecalled, RoomRecall } from "./room-recall.ts";

/** Part of what a persona of some room is saying (D33). */
export interface StreamFrame extends SessionFrame {
  readonly roomId: string;
}

export interface PersonaSessionsDeps {
  readonly clock: Clock;
  readonly trace: Log;
  readonly deviceOf: (roomId: string) => string;
  readonly store: PeerStore;
  readonly engine: EngineService;
  readonly recall: RoomRecall;
  readonly stateOf: (roomId: string) => RoomState | undefined;
  /** The same log for the same session. */
  readonly sessionLogOf: (session: SessionRef) => SessionLog;
  readonly onFrame: (frame: StreamFrame) => void;
  /** An attempt began, began to speak, or ended. */
  readonly onPhase: () => void;
}

export interface PersonaSessions extends AttemptProgress {
  /** The session that an input belongs to, made at its first one. */
  of(input: Pick<InputRecord, "roomId" | "persona">): Session;
}

export function createPersonaSessions(deps: PersonaSessionsDeps): PersonaSessions {
  const sessions = new Map<string, Session>();
  const progress = new Map<string, Progress>();

  const make = (roomId: string, persona: string): Session => {
    const session = createSession({
      clock: deps.clock,
      trace: deps.trace,
      log: deps.sessionLogOf({ roomId, persona }),
      store: deps.store,
      engine() {
        const ready = deps.engine.ready();
        return ready && {
          engine: ready.engine,
          modelId: ready.profile.id,
          lane: ready.model.lane,
          continuesText: ready.model.continuesText,
        };
      },
      async buildRequest(input, need, signal) {
        // First, so that the prompt is of the room's head behind the wait (HO17).
        const readRecalled = await recallFor(deps, input, signal);
        return buildPrompt(deps, input, need, readRecalled);
      },
      onFrame: (frame) => deps.onFrame({ ...frame, roomId }),
    });
    session.subscribe((status) => {
      const prefix = `${roomId}/${persona}/`;
      for (const [key, last] of progress) {
        if (!key.startsWith(prefix)) continue;
        if (status.phase === "idle") progress.set(key, { ...last, isOver: true }); // HO46
        else progress.delete(key);
      }
      if (status.phase === "running") {
        const { turn, attempt, stage } = status.run;
        const key = progressKey({ roomId, persona, turn, attempt });
        progress.set(key, {
          isOver: false,
          speaking: stage === "replying",
          since: deps.clock.epochNow(),
        });
      }
      deps.onPhase();
    });
    return session;
  };

  return {
    of({ roomId, persona }) {
      const key = `${roomId}/${persona}`;
      const known = sessions.get(key) ?? make(roomId, persona);
      sessions.set(key, known);
      return known;
    },
    progressOf: (key) => progress.get(progressKey(key)),
  };
}

function progressKey({ roomId, persona, turn, attempt }: AttemptKey): string {
  return `${roomId}/${persona}/${turn}/${attempt}`;
}

/** What the turn is about of what its personas could not read otherwise. */
async function recallFor(
  deps: PersonaSessionsDeps,
  { roomId, turn, persona, work }: InputRecord,
  signal: AbortSignal,
): Promise<ReadRecalled | undefined> {
  if (work !== undefined) return undefined;
  const state = deps.stateOf(roomId);
  const ready = deps.engine.ready();
  if (state === undefined || ready === undefined) return undefined;
  // Who speaks next is a question about the newest lines.
  if (state.turns.get(turn)?.vote !== undefined) return undefined;
  const format = ready.profile.promptFormat;
  const tokensMax = promptTokensMax(ready);
  return await deps.recall.find(state, { turn, persona, format, tokensMax }, signal);
}
