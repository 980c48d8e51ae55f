import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import type { Bytes } from "../ports/crypto.ts";
import { fingerprintOf, safetyCodeOf } from "./safety-code.ts";

const key = (fill: number): Bytes => new Uint8Array(32).fill(fill);
const keys = (sign: number, agree: number) => ({ signKey: key(sign), agreeKey: key(agree) });
const [ada, bob] = [keys(1, 2), keys(3, 4)];
const ROOM = "ORgzX2Jzb9sZtQ1k3v0a9w";

test("[CR30] both sides compute one code, and it never changes from one version to the next", async () => {
  const code = await safetyCodeOf(ROOM, ada, bob);
  expect(await safetyCodeOf(ROOM, bob, ada)).toEqual(code);
  expect(code).toMatchInlineSnapshot(`
    {
      "digitGroups": [
        "83910",
        "96436",
        "30329",
        "36645",
        "82851",
        "34204",
      ],
      "wordIndexes": [
        442,
        1491,
        968,
        1890,
        1045,
        701,
        1736,
        1790,
      ],
    }
  `);
});

test("[CR30] another room, device, signing key or agreement key has another code", async () => {
  const others = await Promise.all([
    safetyCodeOf(ROOM, ada, bob),
    safetyCodeOf("another", ada, bob),
    safetyCodeOf(ROOM, ada, keys(5, 6)),
    safetyCodeOf(ROOM, ada, keys(3, 5)),
    safetyCodeOf(ROOM, keys(2, 1), bob),
  ]);
  expect(new Set(others.map(({ wordIndexes }) => wordIndexes.join())).size).toBe(5);
  expect(new Set(others.map(({ digitGroups }) => digitGroups.join())).size).toBe(5);
});

test("[CR30] eight words of 2,048 and thirty digits, whatever the keys are", async () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((one) => new Uint8Array(one));
  const pair = fc.record({ signKey: bytes, agreeKey: bytes });
  await fc.assert(
    fc.asyncProperty(pair, pair, async (one, other) => {
      const { wordIndexes, digitGroups } = await safetyCodeOf(ROOM, one, other);
      expect(wordIndexes.length).toBe(8);
      expect(wordIndexes.every((index) => index >= 0 && index < 2_048)).toBe(true);
      expect(digitGroups.join(" ")).toMatch(/^\d{5}( \d{5}){5}$/);
    }),
    { numRuns: 5 },
  );
});

test("[CR31] a fingerprint is 160 bits of both keys", () => {
  expect(fingerprintOf(ada)).toMatch(/^[0-9a-f]{40}$/);
  const all = [ada, bob, keys(1, 3), keys(2, 1)].map(fingerprintOf);
  expect(new Set(all).size).toBe(4);
});
