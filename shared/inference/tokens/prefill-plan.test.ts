import { expect, test } from "vitest";
import { createDetokeniser } from "./detokeniser.ts";
import { adaptPiece, joinSegments, nextPiece, pickPrefix, prefillLimits } from "./prefill-plan.ts";

test("[IN10] the last segment and what was said are not shared", () => {
  expect(joinSegments([[1, 2], [3], [4, 5]], [6])).toEqual({
    ids: [1, 2, 3, 4, 5, 6],
    sharedTokens: 3,
  });
  expect(joinSegments([[1, 2]], [])).toEqual({ ids: [1, 2], sharedTokens: 0 });
});

const prompt = { ids: [1, 2, 3, 4, 5], sharedTokens: 3 };

test.each<[title: string, kept: readonly (readonly number[])[], picked: number | undefined]>([
  ["nothing kept", [], undefined],
  ["an equal beginning", [[1, 2]], 0],
  ["the longest of two", [[1, 2], [1, 2, 3]], 1],
  ["another beginning", [[1, 9]], undefined],
  ["the whole prompt: no token would be left to run", [[1, 2, 3, 4, 5]], undefined],
  ["more than the prompt", [[1, 2, 3, 4, 5, 6]], undefined],
])("[IN10] %s", (_title, kept, picked) => {
  const prefixes = kept.map((ids) => ({ ids }));
  expect(pickPrefix(prefixes, prompt)).toBe(picked === undefined ? undefined : prefixes[picked]);
});

function pieces(of: typeof prompt, from: number, tokensMax: number) {
  const all: [number, number, boolean][] = [];
  for (let at = from;;) {
    const piece = nextPiece(of, at, tokensMax);
    if (piece === undefined) return all;
    all.push([piece.from, piece.to, piece.isShared]);
    at = piece.to;
  }
}

test("[IN3] a prompt is run in bounded pieces that stop where the shared part ends", () => {
  expect(pieces(prompt, 0, 2)).toEqual([[0, 2, false], [2, 3, true], [3, 5, false]]);
  expect(pieces(prompt, 0, 99)).toEqual([[0, 3, true], [3, 5, false]]);
  expect(pieces(prompt, 3, 99)).toEqual([[3, 5, false]]);
  expect(pieces({ ids: [1, 2], sharedTokens: 0 }, 0, 99)).toEqual([[0, 2, false]]);
});

test.each([
  [32, 20, 64],
  [32, 200, 32],
  [32, 400, 16],
  [prefillLimits.pieceTokensMin, 5_000, prefillLimits.pieceTokensMin],
  [prefillLimits.pieceTokensMax, 1, prefillLimits.pieceTokensMax],
])("[IN3] after %i tokens in %i ms the next piece has %i", (tokens, ms, next) => {
  expect(adaptPiece(tokens, ms)).toBe(next);
});

/** Tokens 0 to 9 are bytes of "é" and words; 99 is special and shows nothing. */
function decode(ids: readonly number[]): string {
  const bytes: Record<number, readonly number[]> = { 1: [0xc3], 2: [0xa9], 3: [0x20, 0x61] };
  const all = ids.filter((id) => id !== 99).flatMap((id) => bytes[id] ?? [0x62]);
  return new TextDecoder().decode(Uint8Array.from(all));
}

test("half a character waits for its other half", () => {
  const text = createDetokeniser(decode, [99]);
  expect([text.push(3), text.push(1), text.push(2), text.push(4)]).toEqual([" a", "", "é", "b"]);
  expect(text.flush()).toBe("");
});

test("a reply cut inside a character shows the replacement character at the end", () => {
  const text = createDetokeniser(decode, [3, 4]);
  expect([text.push(4), text.push(1)]).toEqual(["b", ""]);
  expect(text.flush()).toBe("\uFFFD");
});
