/**
 * Makes the prompts of this device's sessions from the room as it is then.
 *
 * Owns the way from a room and a session's words to one request. Does not own what a prompt looks
 * like (personas/), nor what a session adds to it (session/runs/prompt-context.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO17  A prompt holds everything up to the room's head when its generation starts, and the
 *         settlement records that head.
 *   HO18  Trying again draws other words: the seed is made of turn, persona and attempt, of private
 *         work of its input.
 *   HO64  What a session adds to a prompt takes at most a share of it: the room's newest lines
 *         stay.
 *   HO126 A search that is not done within `retrievalMsMax` is given up: the prompt is made without
 *         recalled lines, and the log says so.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { raceFirst } from "../../base/race.ts";
import { stableKey } from "../../base/stable-key.ts";
import type { Engine, GenerateRequest, PromptImage } from "../../inference/engine.ts";
import { layoutDecide, layoutPrivate } from "../../personas/layout-private.ts";
import { plainName } from "../../personas/layout-parts.ts";
import { layoutVote } from "../../personas/layout-vote.ts";
import { isHersAlone, layoutScript, type ScriptStep } from "../../personas/layout/shared-script.ts";
import { type Layout, layoutPrompt, type LayoutRequest } from "../../personas/layout.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { RoomLog } from "../../ports/room-log.ts";
import type { RoomState } from "../../room/room-state.ts";
import { personaOf } from "../../session/children/child-registry.ts";
import { type Answers, holdTo } from "../../session/decisions/decision.ts";
import { type BallotChoice, voteDecision } from "../../session/decisions/vote.ts";
import type { BuiltPrompt, NotBuilt, PromptNeed } from "../../session/runs/run.ts";
import type { EngineInfo, EngineService } from "../engine-service.ts";
import { hostingLimits as limits } from "../limits.ts";
import { imagesToShow, readImages, showImages } from "../prompt-images.ts";
import { privateWindow, type PromptWindow, promptWindow } from "../prompt-window.ts";
import type { ReadRecalled, RoomRecall } from "../room-recall.ts";
import {
  createRoomSummaries,
  foldsOf,
  type RoomSummaries,
  type RoomSummary,
} from "../room-summaries.ts";
import { heardMessages, readableIn } from "../window-lines.ts";
import { createHeldPrompts, type HeldPrompts } from "./held-prompts.ts";
import { isScripted, scriptRequest } from "./room-script.ts";

export interface PromptMakerDeps {
  readonly deviceOf: (roomId: string) => string;
  readonly engine: Pick<EngineService, "ready">;
  readonly recall: RoomRecall;
  readonly logOf: (roomId: string) => Pick<RoomLog, "read">;
  readonly stateOf: (roomId: string) => RoomState | undefined;
  readonly clock: Clock;
  readonly trace: Log;
  readonly onRetrieval: (input: InputRecord, durationMs: number) => void;
}

interface MakerDeps extends PromptMakerDeps {
  readonly held: HeldPrompts;
  readonly summaries: RoomSummaries;
}

export interface PromptMaker {
  /** Aborting cancels the wait. Throws when the engine has gone: the input is taken again. */
  build(
    input: InputRecord,
    need: PromptNeed,
    signal: AbortSignal,
  ): Promise<Result<BuiltPrompt, NotBuilt>>;
  /** A job's prompt of a layout, which is told the tokens it may take. */
  ofLayout(
    input: InputRecord,
    need: Pick<PromptNeed, "call" | "shrinks">,
    layout: (tokensMax: number) => Layout,
  ): BuiltPrompt;
  /** Of the rooms' beginnings; jobs make them, prompts read them. */
  readonly summaries: RoomSummaries;
  /** The engine for sessions: what passes through it is what the next prompt may build on. */
  watch(engine: Engine): Engine;
}

export function createPromptMaker(given: PromptMakerDeps): PromptMaker {
  const held = createHeldPrompts(given.trace);
  const summaries = createRoomSummaries();
  const deps = { ...given, held, summaries };
  return {
    summaries,
    watch: held.watch,
    async build(input, need, signal) {
      // First, so that the prompt is of the room's head behind the wait (HO17).
      const isTurn = input.work === undefined && need.decide === undefined;
      const recalled = isTurn ? await recallFor(deps, input, signal) : undefined;
      const shown = isTurn ? await imagesFor(deps, input, need, signal) : [];
      return buildPrompt(deps, input, need, recalled, shown);
    },
    ofLayout(input, { shrinks, call }, layout) {
      const ready = readyOf(deps);
      const state = deps.stateOf(input.roomId);
      const made = layout(promptTokens(ready, shrinks));
      const request = requestOf(input, made, ready, { call: `job-${call}`, isUnseen: true });
      expectOf(deps, ready, request);
      return {
        seenSeq: state?.head ?? 0,
        firstTokenMsMax: state && firstTokenMsMax(deps, state, ready, made.tokensEstimated),
        request,
      };
    },
  };
}

/** What the turn is about of what its personas could not read otherwise. */
async function recallFor(
  deps: PromptMakerDeps,
  input: InputRecord,
  signal: AbortSignal,
): Promise<ReadRecalled | undefined> {
  const { clock, trace } = deps;
  const { id: inputId, roomId, turn, persona } = input;
  const state = deps.stateOf(roomId);
  const ready = deps.engine.ready();
  if (state === undefined || ready === undefined) return undefined;
  // Who speaks next is a question about the newest lines.
  if (state.turns.get(turn)?.vote !== undefined) return undefined;
  const format = ready.profile.promptFormat;
  const tokensMax = promptTokens(ready, 0);
  const startedAt = clock.now();
  const found = await raceFirst<ReadRecalled | "late" | undefined>([
    (inner) => deps.recall.find(state, { turn, persona, format, tokensMax }, inner),
    async (inner) => {
      await clock.sleep(limits.retrievalMsMax, inner);
      return "late";
    },
  ], signal);
  deps.onRetrieval(input, clock.now() - startedAt);
  if (found !== "late") return found;
  trace.write("warn", "retrieval-late", { inputId }); // HO126
  return undefined;
}

/** What a model that sees is shown (PL81). */
async function imagesFor(
  deps: PromptMakerDeps,
  { roomId, turn, persona }: InputRecord,
  need: PromptNeed,
  signal: AbortSignal,
): Promise<readonly PromptImage[]> {
  const state = deps.stateOf(roomId);
  const ready = deps.engine.ready();
  if (state === undefined || ready?.model.seesImages !== true) return [];
  const images = imagesToShow(state, turn, persona, promptTokens(ready, need.shrinks));
  return await readImages(deps, state, images, signal);
}

/** What the model's window leaves for a prompt; each shrink halves it. */
export function promptTokens({ profile, model }: EngineInfo, shrinks: number): number {
  const whole = model.contextTokens - profile.replyTokensMax - limits.promptReserveTokens;
  return Math.max(1, Math.floor(whole / 2 ** shrinks));
}

function readyOf({ engine }: PromptMakerDeps): EngineInfo {
  const ready = engine.ready();
  // The drain takes a throw as an interruption: the input goes back to the front.
  if (ready === undefined) throw new Error("Cannot build a prompt: the engine has gone");
  return ready;
}

function buildPrompt(
  deps: MakerDeps,
  input: InputRecord,
  need: PromptNeed,
  readRecalled: ReadRecalled | undefined,
  images: readonly PromptImage[],
): Result<BuiltPrompt, NotBuilt> {
  const state = deps.stateOf(input.roomId);
  const ready = readyOf(deps);
  const seenSeq = state?.head ?? 0;
  if (state === undefined) {
    return err({ seenSeq, outcome: { kind: "failed", reason: "model", detail: "room unknown" } });
  }
  const shownTokens = images.length * limits.imageTokens;
  const tokensMax = Math.max(1, promptTokens(ready, need.shrinks) - shownTokens);
  const bare = windowOf(state, input, ready.profile.promptFormat, tokensMax, readRecalled);
  if (bare === undefined) {
    const detail = "persona unknown";
    return err({ seenSeq, outcome: { kind: "failed", reason: "model", detail } });
  }
  const { extras, privately } = need.context;
  const extrasTokensMax = Math.floor(tokensMax * extrasShareOf(input)); // HO64
  const folds = foldsFor(deps.summaries.of(input.roomId), state, input, bare);
  const window = { ...bare, folds, extras: { ...extras, tokensMax: extrasTokensMax }, privately };
  const ballot = input.work === undefined ? ballotOf(state, input.turn) : undefined;
  const vote = ballot && voteDecision(ballot);
  // What the next speaker is not to read, or no script can hold, makes the prompt her own.
  const isShared = images.length === 0 && !isHersAlone(window); // PL70
  const step = isShared && isScripted(state, ready.model, ready.profile, input)
    ? scriptStep(deps, state, input, window, need, ballot)
    : undefined;
  const layout = step?.layout ?? showImages(layoutOf(window, need, ballot), images);
  const request = requestOf(input, layout, ready, {
    call: String(need.call),
    isUnseen: need.decide !== undefined || need.problem !== undefined,
    answers: need.decide?.answers ?? vote?.answers,
  });
  expectOf(deps, ready, request, step);
  return ok({
    seenSeq, // HO17
    firstTokenMsMax: firstTokenMsMax(deps, state, ready, layout.tokensEstimated),
    ...vote === undefined ? {} : { vote },
    request,
  });
}

/** The room's shared script with this question. */
function scriptStep(
  deps: MakerDeps,
  state: RoomState,
  input: InputRecord,
  window: PromptWindow,
  { decide, problem, call }: PromptNeed,
  ballot: readonly BallotChoice[] | undefined,
): ScriptStep {
  const vote = ballot?.map((choice) => choice.name);
  const request = scriptRequest(state, input, window, { decide, vote, problem, call });
  return layoutScript(deps.held.script(readyOf(deps).engine), request);
}

/** Tells what the request will prefill, before it does (HO171). */
function expectOf(
  { held, trace }: MakerDeps,
  { engine }: EngineInfo,
  { requestId, segments }: GenerateRequest,
  step?: ScriptStep,
): void {
  const prefillTokens = step?.prefillTokensExpected ?? held.freshTokens(engine, segments);
  held.expect({ requestId, prefillTokens, draft: step?.draft });
  const begins = step === undefined ? "own-script" : step.begins ?? "goes-on";
  trace.write("debug", "prompt-laid-out", { requestId, prefillTokens, begins });
}

function windowOf(
  state: RoomState,
  { turn, persona, work }: InputRecord,
  format: LayoutRequest["format"],
  tokensMax: number,
  readRecalled: ReadRecalled | undefined,
): PromptWindow | undefined {
  if (work !== undefined) return privateWindow(state, personaOf(persona), format, tokensMax);
  const recalled = readRecalled?.(state, tokensMax);
  return promptWindow(state, turn, persona, format, tokensMax, recalled);
}

/** Summaries of lines that this prompt could have (HO173); the starter reads none. */
export function foldsFor(
  summaries: readonly RoomSummary[],
  state: RoomState,
  { turn, persona, work }: Pick<InputRecord, "turn" | "persona" | "work">,
  { format, lines }: PromptWindow,
): LayoutRequest["folds"] {
  const about = work === undefined ? state.turns.get(turn) : undefined;
  if (summaries.length === 0 || format !== "chat") return undefined;
  const heard = about === undefined
    ? heardMessages(state, personaOf(persona))
    : state.messages.filter(readableIn(state, about, persona));
  return foldsOf(summaries, heard, lines);
}

function layoutOf(
  window: LayoutRequest,
  need: PromptNeed,
  ballot: readonly BallotChoice[] | undefined,
): Layout {
  if (need.decide !== undefined) {
    return layoutDecide(window, { ...need.decide, problem: need.problem });
  }
  if (ballot !== undefined) {
    return layoutVote(window, ballot.map((choice) => choice.name), need.problem);
  }
  return window.privately === undefined ? layoutPrompt(window) : layoutPrivate(window);
}

/** Off the room's turns the room is not what it is about. */
function extrasShareOf({ work }: InputRecord): number {
  return work === undefined ? limits.extrasShare : limits.extrasSharePrivate;
}

interface RequestParts {
  /** Tells the requests of one run apart. */
  readonly call: string;
  readonly isUnseen: boolean;
  readonly answers?: Answers | undefined;
}

function requestOf(
  input: InputRecord,
  layout: Layout,
  ready: EngineInfo,
  { call, isUnseen, answers }: RequestParts,
): GenerateRequest {
  const { profile, model } = ready;
  return {
    requestId: `${input.id}/${input.stagedCount}/${call}`,
    persona: input.persona,
    segments: layout.segments,
    continueText: isUnseen ? "" : input.partialText,
    seed: seedOf(input, isUnseen ? call : ""),
    temperature: profile.temperature,
    topP: profile.topP,
    ...holdTo(answers, model, { tokensMax: profile.replyTokensMax, stop: layout.stop }),
  };
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
  deps: PromptMakerDeps,
  state: RoomState,
  ready: EngineInfo,
  tokens: number,
): number {
  const device = deps.deviceOf(state.roomId);
  const measured =
    [...state.speeds.values()].find((speed) =>
      speed.device === device && speed.modelId === ready.profile.id
    )?.prefillMilliTokensPerS ?? 0;
  // Before the first measurement the probe's one token is what is known of this lane.
  const expectedMs = measured > 0
    ? (tokens * 1_000_000) / measured
    : (ready.firstTokenMs * tokens) / limits.probePromptTokens;
  return Math.max(limits.firstTokenMsMin, Math.ceil(expectedMs * limits.prefillSlack));
}

function seedOf({ roomId, turn, persona, attempt, id, work }: InputRecord, call: string): number {
  const key = work === undefined && call === ""
    ? stableKey(["seed", roomId, String(turn), persona, String(attempt)])
    : stableKey(["seed", roomId, id, call]);
  return Number.parseInt(key.slice(0, 8), 16); // HO18
}
