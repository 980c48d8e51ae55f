/**
 * The fuzzer's short form: `npm run fuzz -- --runs N --seed S` is the long one. What fails is told
 * with its seed and text; put the text into corpus.ts.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL105  No text, whatever it is, makes a decoder throw, lets in who may not, or breaks a room.
 */

import { expect, test } from "vitest";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { corpus } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { samples } from "./samples.ts";
import {
  checkDecoders,
  createJoinTarget,
  createRoomTarget,
  drawText,
  takenBy,
} from "./targets.contract.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 50_000);
const SEED = process.env["FUZZ_SEED"] ?? "conclave";
/** Of all executions; a join and a room step cost more than a decoding. */
const SHARES = { decode: 0.7, join: 0.15, room: 0.15 } as const;
const TIMEOUT_MS = 24 * 3_600_000;

const told = (run: number, text: string, complaint: string): string =>
  `FUZZ_SEED=${SEED}, run ${run}: ${complaint}; text ${JSON.stringify(text.slice(0, 2_000))}`;

test.each(Object.entries(samples))("the samples of %s are well-formed", (name, texts) => {
  for (const text of texts) expect(takenBy(text), text).toContain(name);
});

test("what is changed is mostly refused, and sometimes still well-formed", () => {
  const random = new SeededRandom("mix");
  const taken = Array.from({ length: 2_000 }, () => takenBy(drawText(random)).length > 0)
    .filter(Boolean).length;
  expect(taken).toBeGreaterThan(40);
  expect(taken).toBeLessThan(1_000);
});

test("[RL105] decoders answer whatever the text, and take what they took for the same", () => {
  const random = new SeededRandom(`decode ${SEED}`);
  for (const { text } of corpus) expect(checkDecoders(text)).toBeUndefined();
  for (let run = 0; run < RUNS * SHARES.decode; run += 1) {
    const text = drawText(random);
    const complaint = checkDecoders(text);
    if (complaint !== undefined) throw new Error(told(run, text, complaint));
  }
}, TIMEOUT_MS);

test.each([["join", createJoinTarget], ["room", createRoomTarget]] as const)(
  "[RL105] a %s stands whatever is sent",
  async (name, create) => {
    const random = new SeededRandom(`${name} ${SEED}`);
    const take = await create(SEED);
    let served = 0;
    const runs = RUNS * SHARES[name];
    for (let run = 0; run < runs; run += 1) {
      const { text, complaint, isServed } = await take(random);
      if (complaint !== undefined) throw new Error(told(run, text, complaint));
      if (isServed) served += 1;
    }
    // What is sent goes on being near enough to right to get beyond the first check.
    expect(served / runs).toBeGreaterThan(0.03);
  },
  TIMEOUT_MS,
);

test("a change is made again from its seed", () => {
  const [text = ""] = samples.client;
  const draw = (): readonly string[] => {
    const random = new SeededRandom("again");
    return Array.from({ length: 50 }, () => mutate(random, text, samples.client));
  };
  expect(draw()).toEqual(draw());
  expect(new Set(draw()).size).toBeGreaterThan(40);
});
