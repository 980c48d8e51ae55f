/**
 * Which older lines of a room a turn is about: asked of memory once per turn, read from the room's
 * state for each prompt. Loaded with the search itself (room-recall.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO43  The personas of a turn that run on one host read the same recalled lines, found by one
 *         search.
 *   HO44  A recalled line is read as it is when the prompt is made: what was set aside since, or
 *         said after the turn of another attempt, is left out.
 */

import { stableKey } from "../base/stable-key.ts";
import { createRecall, type RecallSource } from "../memory/recall.ts";
import type { LayoutRequest } from "../personas/layout.ts";
import { linesInReach, lineTokens } from "../personas/layout-measure.ts";
import type { Log } from "../ports/log.ts";
import { messageIndex } from "../room/draft.ts";
import type { Message, RoomState, TurnState } from "../room/room-state.ts";
import { planOfTurn } from "../turns/project-plan.ts";
import { layoutLine, readableIn, windowMessages } from "./window-lines.ts";
import type { PromptPlace, ReadRecalled } from "./room-recall.ts";

export interface TurnRecall {
  /** `window` is the prompt without recalled lines. */
  find(state: RoomState, place: PromptPlace, window: LayoutRequest): ReadRecalled | undefined;
  /** Visible lines that a question is about, by its own words, at most `linesMax`, by seq. */
  search(state: RoomState, query: string, linesMax: number): readonly Message[];
  /** Drops what is kept of a room. */
  forget(roomId: string): void;
  /** Searches made so far. */
  searchCount(): number;
}

export function createTurnRecall(log: Log): TurnRecall {
  const recall = createRecall();
  return {
    find(state, { turn: number, persona, format, tokensMax }, window) {
      const turn = state.turns.get(number);
      const lines = state.messages.filter((one) => !one.aside);
      const belowSeq = turn === undefined ? 0 : firstSeqInReach(state, turn, persona, window);
      if (turn === undefined || (lines[0]?.seq ?? belowSeq) >= belowSeq) return undefined;
      const source = sourceOf(turn);
      if (source === undefined) return undefined;
      const asked = recall.ask({
        roomId: state.roomId,
        source,
        lines,
        queryText: queryOf(state, turn),
        belowSeq,
        tokensOf({ seq }) {
          const message = messageAt(state, seq);
          return message ? lineTokens(format, layoutLine(state, message)) : Infinity;
        },
      });
      if (!asked.ok) {
        log.write("warn", "recall-refused", { roomId: state.roomId, ...asked.error });
        return undefined;
      }
      const seqs = asked.value.lines.toSorted((a, b) => b.score - a.score || b.seq - a.seq)
        .map((line) => line.seq);
      // A prompt that had to shrink leaves that much less to what is recalled.
      const share = (tokens: number): number =>
        Math.floor(source.budgetTokens * tokens / tokensMax);
      return (now, tokens) => linesNow(now, number, persona, seqs, share(tokens));
    },
    search(state, query, linesMax) {
      const asked = recall.ask({
        roomId: state.roomId,
        source: {
          sourceName: "search",
          cacheKey: stableKey([String(state.head), String(linesMax), query]),
          contentKey: undefined,
          budgetTokens: linesMax,
        },
        lines: state.messages.filter((one) => !one.aside),
        queryText: query,
        belowSeq: state.head + 1,
        tokensOf: () => 1, // The budget counts lines here.
      });
      if (!asked.ok) {
        log.write("warn", "search-refused", { roomId: state.roomId, ...asked.error });
        return [];
      }
      return asked.value.lines.flatMap(({ seq }) => messageAt(state, seq) ?? []);
    },
    forget: (roomId) => recall.forget(roomId),
    searchCount: () => recall.searchCount(),
  };
}

/** The lines with these seqs, the best first, as a prompt may read them now (HO44). */
function linesNow(
  state: RoomState,
  number: number,
  persona: string,
  seqs: readonly number[],
  tokensMax: number,
): LayoutRequest["recalled"] {
  const turn = state.turns.get(number);
  if (turn === undefined || seqs.length === 0) return undefined;
  const isReadable = readableIn(state, turn, persona);
  const windowSeqs = windowMessages(state, turn, persona).map((message) => message.seq);
  const lines = seqs
    .flatMap((seq, rank) => {
      const message = messageAt(state, seq);
      if (message === undefined || !isReadable(message)) return [];
      return [{
        ...layoutLine(state, message, persona),
        rank,
        seq,
        lineIndex: windowSeqs.indexOf(seq),
      }];
    })
    .sort((a, b) => a.seq - b.seq);
  return { tokensMax, lines };
}

/**
 * The turn's shared source, as its plan names it. It has no content key: every turn adds lines, so
 * that equal content never comes back.
 */
function sourceOf(turn: TurnState): RecallSource | undefined {
  return planOfTurn(turn).sharedSources.find((source) => source.sourceName === "recall");
}

/** What a turn is about: its message; of a follow-up the last line said before it. */
function queryOf(state: RoomState, turn: TurnState): string {
  if (turn.human) return turn.planInput.text;
  return state.messages.findLast((one) => !one.aside && one.seq <= turn.turn)?.text ?? "";
}

/** The oldest line that any persona's prompt may hold; never behind the turn's beginning. */
function firstSeqInReach(
  state: RoomState,
  turn: TurnState,
  persona: string,
  window: LayoutRequest,
): number {
  const reach = linesInReach(window);
  const first = reach === 0 ? undefined : windowMessages(state, turn, persona).at(-reach);
  return Math.min(first?.seq ?? turn.turn, turn.turn);
}

function messageAt(state: RoomState, seq: number): Message | undefined {
  return state.messages[messageIndex(state.messages, seq)];
}
