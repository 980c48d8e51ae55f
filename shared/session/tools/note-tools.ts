/**
 * Tools over a persona's own notes, which are entries of the session's log.
 *
 *   SC99  A note of a call that is repeated is kept once: its id is the call's.
 *   SC100 A persona keeps at most `notesMax` notes by her own hand, and forgets none that a person
 *         wrote.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { memoryLimits } from "../../memory/limits.ts";
import { chooseNotes } from "../../memory/memory-jobs.ts";
import type { MemoryNote } from "../log/segments.ts";
import type { SessionLog } from "../log/session-log.ts";
import type { ToolLimits } from "./limits.ts";
import type { Tool, ToolCall, ToolRefused } from "./tool.ts";

type NoteLog = Pick<SessionLog, "append" | "state">;
type KeptNote = MemoryNote & { readonly text: string };

export function createNoteTools(log: NoteLog, limits: ToolLimits): readonly Tool[] {
  return [rememberTool(log, limits), forgetTool(log), recallTool(log, limits)];
}

function rememberTool(log: NoteLog, limits: ToolLimits): Tool {
  const max = memoryLimits.noteCharsMax;
  return {
    name: "remember",
    about: "Keeps one fact in mind for later.",
    args: [{ name: "text", type: "string", isRequired: true, about: "The fact.", max }],
    isRepeatable: true,
    async run({ callId, args }: ToolCall, signal) {
      const id = `note-${callId}`; // SC99
      if (log.state().memory.has(id)) return ok(`Kept as ${id}.`);
      const own = keptNotes(log).filter((note) => note.by === "persona");
      if (own.length >= limits.notesMax) { // SC100
        return refused("too-many", `${own.length} notes, at most ${limits.notesMax}: forget one`);
      }
      const text = `${args["text"]}`;
      const note: MemoryNote = { id, text, stage: "kept", seqs: [], by: "persona" };
      return await keep(log, note, `Kept as ${id}.`, signal);
    },
  };
}

function forgetTool(log: NoteLog): Tool {
  return {
    name: "forget",
    about: "Forgets one of your notes.",
    args: [{ name: "id", type: "string", isRequired: true, about: "The note's id.", max: 200 }],
    isRepeatable: true,
    async run({ args }: ToolCall, signal) {
      const id = `${args["id"]}`;
      const note = log.state().memory.get(id);
      if (note === undefined) return refused("not-found", `There is no note ${id}`);
      if (note.text === undefined) return ok(`${id} is forgotten.`);
      if (note.by === "person") return refused("tool-failed", "A person wrote this note"); // SC100
      return await keep(log, { ...note, text: undefined }, `${id} is forgotten.`, signal);
    },
  };
}

function recallTool(log: NoteLog, limits: ToolLimits): Tool {
  return {
    name: "recall_notes",
    about: "Reads your notes.",
    args: [
      { name: "about", type: "string", isRequired: false, about: "Best first for this.", max: 200 },
    ],
    isRepeatable: true,
    run({ args }: ToolCall) {
      const notes = chooseNotes(
        keptNotes(log),
        `${args["about"] ?? ""}`,
        limits.resultCharsMax / 2,
      );
      const lines = notes.map((note) => `${note.id}: ${note.text}`);
      return Promise.resolve(ok(lines.length === 0 ? "There are no notes." : lines.join("\n")));
    },
  };
}

function keptNotes(log: NoteLog): readonly KeptNote[] {
  return [...log.state().memory.values()].filter((note): note is KeptNote =>
    note.text !== undefined
  );
}

async function keep(
  log: NoteLog,
  note: MemoryNote,
  said: string,
  signal: AbortSignal,
): Promise<Result<string, ToolRefused>> {
  const stored = await log.append([{ kind: "memory", note }], signal);
  return stored.ok ? ok(said) : refused("tool-failed", `Not stored: ${stored.error.kind}`);
}

function refused(kind: ToolRefused["kind"], detail: string): Result<never, ToolRefused> {
  return err({ kind, detail });
}
