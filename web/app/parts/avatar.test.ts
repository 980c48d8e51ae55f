import { expect, test } from "vitest";
import { readyMadeSix } from "#shared/personas/mod.ts";
import { initials, outlineOf } from "./avatar.tsx";

test("[SY241] a persona's tile has the same outline everywhere, and her neighbours have others", () => {
  const outlines = readyMadeSix.map(({ name }) => outlineOf(name));
  expect(outlines).toEqual([2, 1, 3, 0, 0, 3]);
  expect(["", "حديقة", "🌱🌱", "x".repeat(80)].map(outlineOf).every((one) => one >= 0 && one < 4))
    .toBe(true);
});

test("initials are whole characters", () => {
  expect(initials("Mika Kallio", 2)).toBe("MK");
  expect(initials("🌱 Sprout", 1)).toBe("🌱");
  expect(initials("", 2)).toBe("?");
});
