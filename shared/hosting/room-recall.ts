/**
 * What of a room's older lines a prompt needs beyond its window; the search is loaded when the
 * first room outgrows its prompts.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO43  A room that fits its prompts is not searched.
 *   HO45  A prompt is made without recalled lines when search cannot be loaded, and the log says
 *         so; the next prompt tries again.
 */

import { raceSignal } from "../base/race.ts";
import type { ModelProfile } from "../inference/model-profile.ts";
import { layoutPrompt, type LayoutRequest } from "../personas/layout.ts";
import type { Log } from "../ports/log.ts";
import type { Message, RoomState } from "../room/room-state.ts";
import { promptWindow } from "./prompt-window.ts";
import type { TurnRecall } from "./turn-recall.ts";

/** Loads the search; the product's own is a chunk of its own. */
export type LoadTurnRecall = () => Promise<{ readonly createTurnRecall: (log: Log) => TurnRecall }>;

/** Reads the lines found for a turn from the room as it is now. */
export type ReadRecalled = (state: RoomState, tokensMax: number) => LayoutRequest["recalled"];

export interface PromptPlace {
  readonly turn: number;
  readonly persona: string;
  readonly format: ModelProfile["promptFormat"];
  /** What the whole prompt may take. */
  readonly tokensMax: number;
}

export interface RoomRecall {
  /** Aborting cancels the wait. Undefined when there is nothing to recall. */
  find(
    state: RoomState,
    place: PromptPlace,
    signal: AbortSignal,
  ): Promise<ReadRecalled | undefined>;
  /** Visible lines that a question is about, by seq; undefined when search cannot be loaded. */
  search(
    state: RoomState,
    query: string,
    linesMax: number,
    signal: AbortSignal,
  ): Promise<readonly Message[] | undefined>;
  /** Drops what is kept of a room. */
  forget(roomId: string): void;
}

export function createRoomRecall(
  log: Log,
  load: LoadTurnRecall = () => import("./turn-recall.ts"),
): RoomRecall {
  let recall: TurnRecall | undefined;
  const loadOnce = async (signal: AbortSignal): Promise<TurnRecall | undefined> => {
    if (recall !== undefined) return recall;
    const loaded = await raceSignal(load(), signal).catch((error: unknown) => {
      signal.throwIfAborted();
      log.write("warn", "recall-unavailable", { detail: String(error) }); // HO45
    });
    recall ??= loaded?.createTurnRecall(log);
    return recall;
  };
  return {
    async find(state, place, signal) {
      const { turn, persona, format, tokensMax } = place;
      const window = promptWindow(state, turn, persona, format, tokensMax);
      if (window === undefined) return undefined;
      const isWhole = window.lines.length === state.messages.length;
      if (isWhole && layoutPrompt(window).linesDropped === 0) return undefined; // HO43
      return (await loadOnce(signal))?.find(state, place, window);
    },
    search: async (state, query, linesMax, signal) =>
      (await loadOnce(signal))?.search(state, query, linesMax),
    forget: (roomId) => recall?.forget(roomId),
  };
}
