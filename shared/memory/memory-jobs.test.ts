import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { memoryLimits as limits } from "./limits.ts";
import {
  chooseNotes,
  decideMemoryJob,
  type JobFacts,
  type Note,
  readConsolidation,
  readNotes,
} from "./memory-jobs.ts";

const note = (id: string, patch: Partial<Note> = {}): Note => ({
  id,
  text: `fact ${id}`,
  stage: "kept",
  seqs: [],
  by: "job",
  ...patch,
});
const linesUpTo = (seq: number, text = "hello") =>
  Array.from({ length: seq }, (_, at) => ({ seq: at + 1, text }));
const facts = (patch: Partial<JobFacts> = {}): JobFacts => ({
  isModelFit: true,
  extractedSeq: 0,
  lines: [],
  notes: [],
  failures: { extract: 0, consolidate: 0 },
  ...patch,
});
const staged = (count: number) =>
  Array.from({ length: count }, (_, at) => note(`s${at}`, { stage: "staged" }));

test.each<[title: string, JobFacts, expected: unknown]>([
  ["nothing said", facts(), { job: "none", reason: "too-little" }],
  [
    "one line short",
    facts({ lines: linesUpTo(limits.extractFromLines - 1) }),
    { job: "none", reason: "too-little" },
  ],
  [
    "enough lines",
    facts({ lines: linesUpTo(limits.extractFromLines) }),
    { job: "extract", fromSeq: 1, toSeq: limits.extractFromLines },
  ],
  [
    "one long line",
    facts({ lines: [{ seq: 7, text: "x".repeat(limits.extractFromChars) }] }),
    { job: "extract", fromSeq: 7, toSeq: 7 },
  ],
  [
    "what was read is not read again",
    facts({ lines: linesUpTo(20), extractedSeq: 20 }),
    { job: "none", reason: "too-little" },
  ],
  [
    "more than is read at once",
    facts({ lines: linesUpTo(100), extractedSeq: 10 }),
    { job: "extract", fromSeq: 11, toSeq: 10 + limits.extractLinesMax },
  ],
  [
    "a model that follows no instructions",
    facts({ isModelFit: false, lines: linesUpTo(100) }),
    { job: "none", reason: "model-unfit" },
  ],
  [
    "extraction failed three times",
    facts({ lines: linesUpTo(100), failures: { extract: 3, consolidate: 0 } }),
    { job: "none", reason: "failed-too-often" },
  ],
  [
    "enough staged",
    facts({ notes: [note("k"), ...staged(8)] }),
    { job: "consolidate", noteIds: ["k", ...staged(8).map((one) => one.id)] },
  ],
  ["one staged short", facts({ notes: staged(7) }), { job: "none", reason: "too-little" }],
  [
    "extraction goes first",
    facts({ lines: linesUpTo(16), notes: staged(8) }),
    { job: "extract", fromSeq: 1, toSeq: 16 },
  ],
])("[ME10] %s", (_title, given, expected) => {
  expect(decideMemoryJob(given)).toEqual(expected);
});

test("[ME13] a job neither counts nor replaces what a person wrote", () => {
  const person = Array.from({ length: 40 }, (_, at) => note(`p${at}`, { by: "person" }));
  expect(decideMemoryJob(facts({ notes: person })).job).toBe("none");
  const mixed = decideMemoryJob(facts({ notes: [...person, ...staged(9)] }));
  expect(mixed).toEqual({ job: "consolidate", noteIds: staged(9).map((one) => one.id) });
});

test("[ME11] list lines are notes, and nothing else is", () => {
  const answer = [
    "Here is what I found:",
    "- Jo has a dog called Biscuit.",
    "* jo has a DOG, called biscuit",
    "2. The boat sails on Friday",
    "3) none",
    "- ",
    "just prose",
    "- Known already!",
    "\u2022 The key is brass",
  ].join("\n");
  expect(readNotes(answer, [note("k", { text: "known already" })], 9)).toEqual([
    "Jo has a dog called Biscuit.",
    "The boat sails on Friday",
    "The key is brass",
  ]);
  expect(readNotes(answer, [], 2)).toHaveLength(2);
});

test("[ME11] whatever a model says, notes are bounded, distinct and whole characters", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 400 })), (lines) => {
    const notes = readNotes(lines.map((line) => `- ${line}`).join("\n"), [], 6);
    expect(notes.length).toBeLessThanOrEqual(6);
    for (const text of notes) {
      expect(text.length).toBeLessThanOrEqual(limits.noteCharsMax);
      expect(text).not.toMatch(/\p{Cs}/u);
    }
    expect(new Set(notes).size).toBe(notes.length);
  }));
});

test("[ME12] a consolidation replaces what it read, or changes nothing", () => {
  const read = [note("a", { text: "The dog is Biscuit" }), note("b", { text: "A dog: Biscuit" })];
  expect(readConsolidation("- The dog is Biscuit", read)).toEqual({
    ok: true,
    value: { keep: ["The dog is Biscuit"], forgetIds: ["a", "b"] },
  });
  expect(readConsolidation("I could not", read)).toEqual({ ok: false, error: "empty" });
  expect(readConsolidation("- one\n- two\n- three", read)).toEqual({
    ok: false,
    error: "not-shorter",
  });
  expect(readConsolidation(`- ${"long ".repeat(20)}`, read).ok).toBe(false);
});

test("[ME14] notes the newest words are about come first, within the budget", () => {
  const notes = [
    note("old", { text: "The boat sails on Friday" }),
    note("dog", { text: "The dog is called Biscuit" }),
    note("new", { text: "Tea at four" }),
  ];
  const ids = (newest: string, charsMax: number) =>
    chooseNotes(notes, newest, charsMax).map((one) => one.id);
  expect(ids("where is the dog", 1_000)).toEqual(["dog", "old", "new"]);
  expect(ids("hm", 1_000)).toEqual(["new", "dog", "old"]);
  expect(ids("where is the dog", 40)).toEqual(["dog", "new"]);
  expect(ids("dog", 3)).toEqual([]);
});
