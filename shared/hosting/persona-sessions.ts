/**
 * Persona sessions: one session per persona of each room, with the room's prompts and this peer's
 * engine.
 *
 * Owns the sessions and what of their progress people see. Does not own when they run (ledger).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO17  A prompt holds everything up to the room's head when its generation starts, and the
 *         settlement records that head.
 *   HO18  Trying again draws other words: the seed is made of turn, persona and attempt.
 */

import { err, ok, type Result } from "../base/result.ts";
import { stableKey } from "../base/stable-key.ts";
import { choiceTokensMin } from "../inference/check-choices.ts";
import type { GenerateRequest } from "../inference/engine.ts";
import { layoutPrompt } from "../personas/layout.ts";
import { plainName } from "../personas/layout-parts.ts";
import { layoutVote } from "../personas/layout-vote.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { RoomState } from "../room/room-state.ts";
import type { BallotChoice } from "../session/ballot.ts";
import {
  type BuiltPrompt,
  createSession,
  type NotBuilt,
  type Session,
  type StreamFrame as SessionFrame,
} from "../session/session.ts";
import type { AttemptKey, AttemptProgress, Progress } from "./attempts.ts";
import type { EngineInfo, EngineService } from "./engine-service.ts";
import { hostingLimits as limits } from "./limits.ts";
import { promptWindow } from "./prompt-window.ts";
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
      log: deps.trace,
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
      async buildRequest(input, shrinks, signal) {
        // First, so that the prompt is of the room's head behind the wait (HO17).
        const readRecalled = await recallFor(deps, input, signal);
        return buildPrompt(deps, input, shrinks, readRecalled);
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
  { roomId, turn, persona }: InputRecord,
  signal: AbortSignal,
): Promise<ReadRecalled | undefined> {
  const state = deps.stateOf(roomId);
  const ready = deps.engine.ready();
  if (state === undefined || ready === undefined) return undefined;
  // Who speaks next is a question about the newest lines.
  if (state.turns.get(turn)?.vote !== undefined) return undefined;
  const format = ready.profile.promptFormat;
  const tokensMax = promptTokensMax(ready);
  return await deps.recall.find(state, { turn, persona, format, tokensMax }, signal);
}

/** What the model's window leaves for a prompt. */
function promptTokensMax({ profile, model }: EngineInfo): number {
  return model.contextTokens - profile.replyTokensMax - limits.promptReserveTokens;
}

function buildPrompt(
  deps: PersonaSessionsDeps,
  input: InputRecord,
  shrinks: number,
  readRecalled: ReadRecalled | undefined,
): Result<BuiltPrompt, NotBuilt> {
  const state = deps.stateOf(input.roomId);
  const ready = deps.engine.ready();
  const seenSeq = state?.head ?? 0;
  // The drain takes a throw as an interruption: the input goes back to the front.
  if (ready === undefined) throw new Error("Cannot build a prompt: the engine has gone");
  if (state === undefined) {
    return err({ seenSeq, outcome: { kind: "failed", reason: "model", detail: "room unknown" } });
  }
  const { profile } = ready;
  const tokensMax = Math.max(1, Math.floor(promptTokensMax(ready) / 2 ** shrinks));
  const { turn, persona } = input;
  const recalled = readRecalled?.(state, tokensMax);
  const window = promptWindow(state, turn, persona, profile.promptFormat, tokensMax, recalled);
  if (window === undefined) {
    return err({
      seenSeq,
      outcome: { kind: "failed", reason: "model", detail: "persona unknown" },
    });
  }
  const ballot = ballotOf(state, turn);
  const layout = ballot === undefined
    ? layoutPrompt(window)
    : layoutVote(window, ballot.map((choice) => choice.name));
  return ok({
    seenSeq, // HO17
    firstTokenMsMax: firstTokenMsMax(deps, state, ready, layout.tokensEstimated),
    ...ballot === undefined ? {} : { ballot },
    request: {
      requestId: `${input.id}/${input.stagedCount}/${shrinks}`,
      persona,
      segments: layout.segments,
      continueText: input.partialText,
      stop: layout.stop,
      seed: seedOf(input),
      temperature: profile.temperature,
      topP: profile.topP,
      ...tokensAndChoices(ready, ballot),
    },
  });
}

/** Engines that can are held to the names; of the others the words are read (SC20). */
function tokensAndChoices(
  { profile, model }: EngineInfo,
  ballot: readonly BallotChoice[] | undefined,
): Pick<GenerateRequest, "tokensMax" | "choices"> {
  const tokensMax = profile.replyTokensMax;
  if (ballot === undefined || !model.constrainsChoice) return { tokensMax };
  const choices = ballot.map((choice) => choice.name);
  return { choices, tokensMax: Math.max(tokensMax, choiceTokensMin(choices)) };
}

/** Whom a director may choose, by names that differ; undefined where personas speak (D18). */
function ballotOf(state: RoomState, turn: number): readonly BallotChoice[] | undefined {
  const candidates = state.turns.get(turn)?.vote;
  if (candidates === undefined) return undefined;
  const speakerByName = new Map<string, string>();
  for (const speaker of candidates) {
    const name = plainName(state.personas.get(speaker)?.card.name ?? speaker);
    if (!speakerByName.has(name)) speakerByName.set(name, speaker);
  }
  return [...speakerByName].map(([name, speaker]) => ({ name, speaker }));
}

/**
 * D39: the wait for a first token is scaled by the prefill speed measured here, never below the
 * usual.
 */
function firstTokenMsMax(
  deps: PersonaSessionsDeps,
  state: RoomState,
  ready: EngineInfo,
  promptTokens: number,
): number {
  const device = deps.deviceOf(state.roomId);
  const measured =
    [...state.speeds.values()].find((speed) =>
      speed.device === device && speed.modelId === ready.profile.id
    )?.prefillMilliTokensPerS ?? 0;
  // Before the first measurement the probe's one token is what is known of this lane.
  const expectedMs = measured > 0
    ? (promptTokens * 1_000_000) / measured
    : (ready.firstTokenMs * promptTokens) / limits.probePromptTokens;
  return Math.max(limits.firstTokenMsMin, Math.ceil(expectedMs * limits.prefillSlack));
}

function seedOf({ roomId, turn, persona, attempt }: InputRecord): number {
  const key = stableKey(["seed", roomId, String(turn), persona, String(attempt)]);
  return Number.parseInt(key.slice(0, 8), 16); // HO18
}
