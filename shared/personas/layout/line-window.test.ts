import { expect, test } from "vitest";
import { fc } from "../../testing/properties.ts";
import { blockTokens, firstLineKept } from "./line-window.ts";

const sum = (tokens: readonly number[]) => tokens.reduce((all, one) => all + one, 0);
const lineTokens = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 300 });

test("[PL62] what stays fits, is the newest, and lacks at most one block of what could", () => {
  fc.assert(fc.property(lineTokens, fc.integer({ min: 50, max: 2_000 }), (tokens, roomMax) => {
    const block = blockTokens(roomMax);
    const first = firstLineKept(tokens, roomMax, block);
    const kept = sum(tokens.slice(first));
    expect(first).toBeLessThan(tokens.length);
    expect(kept <= roomMax || first === tokens.length - 1).toBe(true);
    if (first > 0) expect(kept + block + 60).toBeGreaterThan(roomMax);
    else expect(kept).toBe(sum(tokens));
  }));
});

test("[PL61] a window moves only when a block is full", () => {
  let moves = 0;
  let before = 0;
  const tokens: number[] = [];
  for (let line = 0; line < 400; line += 1) {
    tokens.push(20);
    const first = firstLineKept(tokens, 1_000, blockTokens(1_000));
    if (first !== before) moves += 1;
    expect(first).toBeGreaterThanOrEqual(before);
    before = first;
  }
  expect(moves).toBe(35); // 350 lines of 20 tokens left it, ten at a time.
});
