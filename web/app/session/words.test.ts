import { expect, test } from "vitest";
import type { SessionRefusal } from "#shared/session/mod.ts";
import { describeRefusal } from "./refusal-text.ts";
import { parentOf, personaOf } from "./session-names.ts";
import { argsList, outcomeWords, reasonWords, resultWords, toolName } from "./session-words.ts";

/** One of each kind; the record type makes a missing kind a compile error. */
const refusals: {
  readonly [Kind in SessionRefusal["kind"]]: Extract<SessionRefusal, { kind: Kind }> | {
    readonly kind: Kind;
  };
} = {
  "already-running": { kind: "already-running" },
  "not-running": { kind: "not-running" },
  "not-paused": { kind: "not-paused" },
  "paused": { kind: "paused" },
  "stopped": { kind: "stopped" },
  "request-invalid": { kind: "request-invalid", field: "text", detail: "not a text" },
  "method-unknown": { kind: "method-unknown", method: "dance" },
  "request-repeated": { kind: "request-repeated", requestId: "r1" },
  "too-large": { kind: "too-large", field: "text", max: 32_768 },
  "session-unknown": { kind: "session-unknown", session: "ada" },
  "target-unknown": { kind: "target-unknown", to: 5 },
  "head-moved": { kind: "head-moved", head: 9 },
  "compaction-ineffective": { kind: "compaction-ineffective", tokens: 400, tokensMax: 300 },
  "compaction-empty": { kind: "compaction-empty" },
  "call-unknown": { kind: "call-unknown", callId: "c1" },
  "engine": { kind: "engine", detail: "device-lost" },
  "too-many-requests": { kind: "too-many-requests", requestsMax: 32 },
  "notes-full": { kind: "notes-full", notesMax: 128 },
  "ended-otherwise": { kind: "ended-otherwise", outcome: "cancelled" },
  "ledger-full": { kind: "ledger-full", scope: "host", entriesMax: 1_024 },
  "storage-full": { kind: "storage-full" },
  "storage-denied": { kind: "storage-denied", detail: "x" },
  "storage-corrupt": { kind: "storage-corrupt", detail: "x" },
  "storage-failed": { kind: "storage-failed", detail: "x" },
  "storage-lost": { kind: "storage-lost", detail: "gone" },
};

test.each(Object.values(refusals))("$kind says what happened in whole sentences", (refusal) => {
  const text = describeRefusal(refusal as SessionRefusal);
  expect(text).toMatch(/^[A-Z].*\.$/);
  expect(text).not.toMatch(/[{}]|undefined|refuse\.|\[object/);
});

test("a tool, an outcome or a reason that nobody knows keeps its own name", () => {
  expect(toolName("search_room")).toBe("Search the room");
  expect(toolName("juggle")).toBe("juggle");
  expect(outcomeWords("deferred:merged")).toBe("Put the answer off");
  expect(outcomeWords("juggled")).toBe("Settled the turn in the room");
  expect(reasonWords("worn-out")).toBe("tried several times without success");
  expect(reasonWords("juggled")).toBe("juggled");
  expect(resultWords({ kind: "limit-reached", limit: "time" })).toContain("longest time");
});

test("a helper's id names who started it", () => {
  expect(["pe_ada", "pe_ada~2", "pe_ada~2~1"].map(personaOf)).toEqual(Array(3).fill("pe_ada"));
  expect(["pe_ada", "pe_ada~2", "pe_ada~2~1"].map(parentOf)).toEqual([
    undefined,
    "pe_ada",
    "pe_ada~2",
  ]);
});

test("arguments are shown as text, whatever they are", () => {
  expect(argsList({ a: "x", n: 3, o: { deep: true }, u: undefined })).toEqual([
    { name: "a", text: "x" },
    { name: "n", text: "3" },
    { name: "o", text: '{"deep":true}' },
    { name: "u", text: "" },
  ]);
});
