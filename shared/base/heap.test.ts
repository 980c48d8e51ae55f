import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { createHeap } from "./heap.ts";

test("a heap gives its items in order, pushes and pops in any mixture", () => {
  fc.assert(fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
    const heap = createHeap<number>((a, b) => a - b);
    const kept: number[] = [];
    for (const step of steps) {
      if (step === undefined) {
        expect(heap.peek()).toBe(kept[0]);
        expect(heap.pop()).toBe(kept.shift());
      } else {
        heap.push(step);
        kept.push(step);
        kept.sort((a, b) => a - b);
      }
      expect(heap.size).toBe(kept.length);
    }
  }));
});
