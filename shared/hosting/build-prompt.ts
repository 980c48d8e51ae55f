/**
 * The request of one model call: a room's prompt for a turn, a private one, or the unseen question.
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
import { type Layout, layoutPrompt, type LayoutRequest } from "../personas/layout.ts";
import { plainName } from "../personas/layout-parts.ts";
import { layoutDecide, layoutPrivate } from "../personas/layout-private.ts";
import { layoutVote } from "../personas/layout-vote.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { RoomState } from "../room/room-state.ts";
import type { BallotChoice } from "../session/ballot.ts";
import type { BuiltPrompt, NotBuilt, PromptNeed } from "../session/session.ts";
import type { EngineInfo, EngineService } from "./engine-service.ts";
import { hostingLimits as limits } from "./limits.ts";
import { privateWindow, promptWindow } from "./prompt-window.ts";
import type { ReadRecalled } from "./room-recall.ts";

export interface BuildPromptDeps {
  readonly deviceOf: (roomId: string) => string;
  readonly engine: EngineService;
  readonly stateOf: (roomId: string) => RoomState | undefined;
}

/** What the model's window leaves for a prompt. */
export function promptTokensMax({ profile, model }: EngineInfo): number {
  return model.contextTokens - profile.replyTokensMax - limits.promptReserveTokens;
}

export function buildPrompt(
  deps: BuildPromptDeps,
  input: InputRecord,
  need: PromptNeed,
  readRecalled: ReadRecalled | undefined,
): Result<BuiltPrompt, NotBuilt> {
  const state = deps.stateOf(input.roomId);
  const ready = deps.engine.ready();
  const seenSeq = state?.head ?? 0;
  // The drain takes a throw as an interruption: the input goes back to the front.
  if (ready === undefined) throw new Error("Cannot build a prompt: the engine has gone");
  const refused = (detail: string): Result<never, NotBuilt> =>
    err({ seenSeq, outcome: { kind: "failed", reason: "model", detail } });
  if (state === undefined) return refused("room unknown");
  const { profile } = ready;
  const tokensMax = Math.max(1, Math.floor(promptTokensMax(ready) / 2 ** need.shrinks));
  const window = windowOf(state, input, need, profile.promptFormat, tokensMax, readRecalled);
  if (window === undefined) return refused("persona unknown");
  const ballot = input.work === undefined ? ballotOf(state, input.turn) : undefined;
  const layout = layoutOf(window, need, ballot);
  return ok({
    seenSeq, // HO17
    firstTokenMsMax: firstTokenMsMax(deps, state, ready, layout.tokensEstimated),
    ...ballot === undefined ? {} : { ballot },
    request: {
      requestId: `${input.id}/${input.stagedCount}/${need.call}`,
      persona: input.persona,
      segments: layout.segments,
      continueText: input.partialText,
      stop: layout.stop,
      seed: seedOf(input),
      temperature: profile.temperature,
      topP: profile.topP,
      ...tokensAndChoices(ready, ballot),
      ...schemaOf(ready, need),
    },
  });
}

/** What the layout reads, with what the session adds. */
function windowOf(
  state: RoomState,
  { turn, persona, work }: InputRecord,
  { context: { extras, privately } }: PromptNeed,
  format: LayoutRequest["format"],
  tokensMax: number,
  readRecalled: ReadRecalled | undefined,
): LayoutRequest | undefined {
  const share = work === undefined ? limits.extrasShare : limits.extrasSharePrivate;
  const added = { ...extras, tokensMax: Math.floor(tokensMax * share) };
  const window = work === undefined
    ? promptWindow(state, turn, persona, format, tokensMax, readRecalled?.(state, tokensMax))
    : privateWindow(state, persona, format, tokensMax);
  return window && { ...window, extras: added, privately };
}

function layoutOf(
  window: LayoutRequest,
  { decide }: PromptNeed,
  ballot: readonly BallotChoice[] | undefined,
): Layout {
  if (ballot !== undefined) return layoutVote(window, ballot.map((choice) => choice.name));
  if (decide !== undefined) return layoutDecide(window, decide);
  return window.privately === undefined ? layoutPrompt(window) : layoutPrivate(window);
}

/** Engines that can are held to the schema; of the others the text is read (SC93). */
function schemaOf(
  { model }: EngineInfo,
  { decide }: PromptNeed,
): Partial<Pick<GenerateRequest, "json" | "stop">> {
  if (decide === undefined || !model.constrainsJson) return {};
  return { json: { schema: decide.schema }, stop: [] };
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
  deps: BuildPromptDeps,
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
