/**
 * What of a session's log enters the prompts of a run, for the layout to lay out. Pure.
 *
 *   SC105 Prompts of a turn have the persona's notes, what was told since the last run, and what
 *         this run's tools gave; those of private work also what was said in private before.
 */

import { chooseNotes } from "../../memory/memory-jobs.ts";
import type { PrivateParts, PromptExtras } from "../../personas/layout.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { SessionLimits } from "../limits.ts";
import { askerText, nameOfAsker } from "../log/asker.ts";
import type { LogState } from "../log/log-state.ts";
import type { MemoryNote, SegmentEntry } from "../log/segments.ts";
import { argsText } from "../tools/permissions.ts";
import type { ToolArgs } from "../tools/tool.ts";
import { noticesOf, stepsOf } from "./run-steps.ts";

export interface PromptContext {
  /** The budget is the maker's of the prompt. */
  readonly extras: Omit<PromptExtras, "tokensMax">;
  /** Undefined for turns. */
  readonly privately: PrivateParts | undefined;
}

/** Characters of notes: more than any budget for them. */
const MEMORY_CHARS_MAX = 8_000;

export function promptContext(
  state: LogState,
  input: Pick<InputRecord, "work" | "header">,
  runId: string,
  limits: SessionLimits,
): PromptContext {
  const task = taskOf(state, input);
  const notices = noticesOf(state, runId, limits.noticesMax);
  const notes = [...state.memory.values()]
    .filter((note): note is MemoryNote & { readonly text: string } => note.text !== undefined);
  const results = stepsOf(state, runId).flatMap(({ tool, args, result }) =>
    result === undefined ? [] : [{ tool, asked: argsText(args as ToolArgs), ...result }]
  );
  const about = task?.text ?? notices.at(-1)?.text ?? "";
  return {
    extras: {
      memory: chooseNotes(notes, about, MEMORY_CHARS_MAX).map((note) => note.text),
      notices: notices.map(({ from, text }) => ({ from: askerText(from), text })),
      results,
    },
    privately: input.work === undefined
      ? undefined
      : { summary: state.summary, history: historyOf(state.entries, runId), task },
  };
}

/** Of a run that goes on: what was asked then. */
function taskOf(
  { entries }: LogState,
  { work, header }: Pick<InputRecord, "work" | "header">,
): PrivateParts["task"] {
  if (work?.kind === "task") {
    return { from: askerText(nameOfAsker(header.origin)), text: work.text };
  }
  if (work?.kind !== "resume") return undefined;
  const asked = entries.findLast(({ body }) => body.kind === "asked" && body.runId === work.of);
  return asked?.body.kind === "asked"
    ? { from: askerText(asked.body.from), text: asked.body.text }
    : undefined;
}

/** Private questions and answers of other runs. */
function historyOf(entries: readonly SegmentEntry[], runId: string): PrivateParts["history"] {
  return entries.flatMap(({ body }) => {
    if (body.kind === "asked" && body.runId !== runId) {
      return [{ from: askerText(body.from), text: body.text }];
    }
    if (body.kind !== "said" || body.runId === runId) return [];
    return [{ from: "you", text: body.isPartial === true ? `${body.text} ...` : body.text }];
  });
}
