import { expect, test } from "vitest";
import { inferenceLimits } from "#shared/inference/mod.ts";
import { type MemoryGiver, takeMemory } from "./probe-gpu.ts";

const PIECE = inferenceLimits.gpuPieceBytes;

/** A GPU with `bytesFree` of memory; at `lostAt` pieces it is lost and answers no more. */
function makeGpu(bytesFree: number, lostAt = Infinity) {
  const live = new Set<object>();
  const sizes: number[] = [];
  let isRefused = false;
  let isDestroyed = false;
  let lose: (why: unknown) => void = () => undefined;
  const device: MemoryGiver = {
    lost: new Promise((resolve) => (lose = resolve)),
    pushErrorScope: () => (isRefused = false),
    popErrorScope() {
      if (sizes.length < lostAt) return Promise.resolve(isRefused ? {} : null);
      lose("gone");
      return Promise.resolve(null); // As the standard has it.
    },
    createBuffer({ size }) {
      sizes.push(size);
      isRefused = sizes.reduce((sum, one) => sum + one, 0) > bytesFree;
      const buffer = { destroy: () => void live.delete(buffer) };
      live.add(buffer);
      return buffer;
    },
    destroy: () => void (isDestroyed = true),
  };
  return { device, sizes, isClean: () => isDestroyed && live.size === 0 };
}

test.each<[title: string, bytesFree: number, wanted: number, lostAt: number, given: number]>([
  ["that has it", 10 * PIECE, 2.5 * PIECE, Infinity, 2.5 * PIECE],
  ["that has less", 3.5 * PIECE, 8 * PIECE, Infinity, 3 * PIECE],
  ["that has nothing", 0, PIECE, Infinity, 0],
  ["that is lost meanwhile", 10 * PIECE, 8 * PIECE, 2, 2 * PIECE],
  ["that has more than is ever asked for", Infinity, 2 ** 50, Infinity, 64 * PIECE],
])("[IN100] a GPU %s gives so much, and has all of it back", async (_title, ...of) => {
  const [bytesFree, wanted, lostAt, given] = of;
  const { device, sizes, isClean } = makeGpu(bytesFree, lostAt);
  expect(await takeMemory(device, wanted)).toBe(given);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(PIECE);
  expect(isClean()).toBe(true);
});
