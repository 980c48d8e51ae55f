import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { fc } from "#shared/testing/properties.ts";
import { createFrameWriters } from "./frame-writer.ts";

test("[RL133] small frames of one turn are one write, of two turns two", async () => {
  const writes: string[] = [];
  const writer = createFrameWriters()((bytes) => writes.push(bytes.toString()));
  writer.write(Buffer.from("ok,"));
  writer.write(Buffer.from("entries"));
  expect([writes, writer.waitingBytes()]).toEqual([[], 10]);
  await Promise.resolve();
  expect([writes, writer.waitingBytes()]).toEqual([["ok,entries"], 0]);
  writer.write(Buffer.from("next"));
  writer.flush();
  expect(writes).toEqual(["ok,entries", "next"]);
  await Promise.resolve();
  expect(writes).toHaveLength(2);
});

test("[RL133] a frame for many is handed on as it is, not copied for each", async () => {
  const shared = Buffer.alloc(64 * 1024);
  const got: Buffer[] = [];
  const createWriter = createFrameWriters();
  const writers = Array.from({ length: 3 }, () => createWriter((bytes) => got.push(bytes)));
  writers[0]?.write(Buffer.from("answer"));
  for (const writer of writers) writer.write(shared);
  writers[2]?.write(Buffer.from("more"));
  await Promise.resolve();
  expect(got.filter((bytes) => bytes === shared)).toHaveLength(3);
  expect(got.map(({ length }) => length)).toEqual([6, 65_536, 65_536, 65_536, 4]);
});

test("[RL133] whatever is written when, each socket gets its bytes in order", async () => {
  const step = fc.record({
    socket: fc.nat(2),
    bytes: fc.oneof(fc.nat(20), fc.nat(10_000)),
    ends: fc.constantFrom("nothing", "flush", "turn"),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const createWriter = createFrameWriters();
    const got = [0, 1, 2].map(() => [] as number[]);
    const wanted = [0, 1, 2].map(() => [] as number[]);
    const writers = got.map((own) => createWriter((bytes) => own.push(...bytes)));
    for (const [at, { socket, bytes, ends }] of steps.entries()) {
      const frame = Buffer.alloc(bytes + 1, at);
      wanted[socket]?.push(...frame);
      writers[socket]?.write(frame);
      if (ends === "flush") writers[socket]?.flush();
      if (ends === "turn") await Promise.resolve();
    }
    await Promise.resolve();
    expect(got).toEqual(wanted);
  }));
});
