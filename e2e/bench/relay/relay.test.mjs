import { expect, test } from "vitest";
import { clientFrame, readFrames } from "./clients/client-socket.ts";
import { createMessages, readNumbers } from "./clients/side.ts";
import { drawRelay } from "./draw-relay.mjs";
import { percentile, summarizeSamples, worstGrowth } from "./figures.mjs";

test.each([
  [[5], 0.99, 5],
  [[4, 1, 3, 2], 0.5, 2],
  [[9, 10, 100], 1, 100],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  [Array.from({ length: 200 }, (_, index) => index + 1), 0.99, 198],
])("of %j the percentile %d is %d", (values, share, found) => {
  expect(percentile(values, share)).toBe(found);
});

test("there is no percentile of nothing", () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test("samples are summed up figure by figure", () => {
  const { perS, ms } = summarizeSamples([{ perS: 3, ms: 1 }, { perS: 1, ms: 2 }]);
  expect([perS.median, perS.min, ms.max]).toEqual([2, 1, 2]);
});

test.each([
  [[4, 2, 1], 0.5],
  [[4, 2, 3], 1.5],
  [[1, 1, 1], 1],
  [[1], 0],
])("costs of %j by size grow by %d at most", (costs, growth) => {
  expect(worstGrowth(costs)).toBe(growth);
});

test("a message holds its number wherever the stream is cut, and on every side", () => {
  const message = createMessages(100, ["<", ">"]);
  const stream = Buffer.concat([7, 1_234_567_890, 42].map((number) => {
    const text = message(number);
    return Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 255]), text]);
  }));
  for (let cut = 0; cut <= stream.length; cut += 1) {
    /** @type {number[]} */
    const numbers = [];
    const onFrame = (/** @type {number} */ opcode, /** @type {Buffer} */ payload) => {
      expect(opcode).toBe(1);
      readNumbers(payload, (number) => void numbers.push(number));
    };
    const rest = readFrames(stream.subarray(0, cut), onFrame) ?? Buffer.alloc(0);
    expect(readFrames(Buffer.concat([rest, stream.subarray(cut)]), onFrame)).toBeUndefined();
    expect(numbers).toEqual([7, 1_234_567_890, 42]);
  }
});

test("a client's frame says how long it is, and that its mask changes nothing", () => {
  expect([...clientFrame(Buffer.from("hi"))]).toEqual([0x81, 0x82, 0, 0, 0, 0, 104, 105]);
  const long = clientFrame(Buffer.alloc(300, 65));
  expect([...long.subarray(0, 8)]).toEqual([0x81, 0xfe, 1, 44, 0, 0, 0, 0]);
  expect(long.length).toBe(308);
});

/** @param {number} value */
function summary(value) {
  return { median: value, min: value, max: value, samples: [value] };
}

/**
 * @param {string} name
 * @param {number} value
 */
function loop(name, value) {
  const figures = {
    ...{ perS: summary(value), deliveriesPerS: summary(value), usPerDelivery: summary(value) },
    ...{ p50Ms: summary(1), p95Ms: summary(1), p99Ms: summary(2) },
    ...{ bytesDownEach: summary(9), bytesUpEach: summary(9) },
  };
  return { name, ...figures, serverCores: summary(0.5), clientCores: summary(NaN) };
}

test("the tables name every side, what it is worth, and what was left out", () => {
  const sides = [loop("relay", 200), loop("bare ws", 100)];
  const text = drawRelay({
    appends: [{ inFlight: 16, senders: 4, sides }],
    fanOut: { rooms: 1, members: 100, inFlight: 64, bodyBytes: 100, sides },
    latency: { rooms: 1, members: 100, perS: 50, bodyBytes: 100, sides },
    resume: {
      ...{ entries: 5, inFlight: 1, bodyBytes: 9 },
      sides: [{ ...loop("relay", 1), entriesPerS: summary(700) }],
    },
    crowd: undefined,
    growth: { byMembers: [{ size: 2, sides }, { size: 20, sides }], byRooms: [] },
    ...{ fsyncMs: 0.02, syncs: undefined, skipped: ["JetStream: it is not here"] },
    ...{ limits: {}, windowMs: 2_000, bodyBytes: 450, smallBytes: 100 },
  });
  expect(text).toContain("| 16 over 4: bare ws, stores nothing |             0.50x |");
  expect(text).toMatch(/\| relay +\| +2\.00x \| +200 \(200 to 200\)/);
  expect(text).toMatch(/\| dearer than the cheapest smaller size +\| +1\.00x \| +1\.00x \|/);
  expect(text).toContain("0.02 ms");
  expect(text).toContain("Left out: JetStream: it is not here.");
  expect(text).toMatch(/50% \| not known \|/);
});
