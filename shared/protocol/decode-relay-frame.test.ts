import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { decodeClientFrame, decodeServerFrame, encodeFrame } from "./decode-relay-frame.ts";
import { protocolLimits } from "./limits.ts";
import { relayFrameLimits as limits } from "./relay-frame-limits.ts";
import type { ClientFrame, ServerFrame } from "./relay-frames.ts";

const ID = "AAAAAAAAAAAAAAAAAAAAA_";
const KEY = "k".repeat(43);
const append = { t: "append", id: ID, body: "Ym9keQ" };
const join = {
  t: "join",
  v: 1,
  room: ID,
  device: ID,
  proof: {
    readKey: KEY,
    writeKey: KEY,
    deviceKey: KEY,
    access: "write",
    notAfter: 1,
    admitSignature: KEY + KEY,
    deviceSignature: KEY + KEY,
  },
};
const refusal = (text: string) => {
  const decoded = decodeClientFrame(text);
  return decoded.ok ? undefined : decoded.error;
};
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test.each<[title: string, text: string]>([
  ["[PR4] a `__proto__` member", `{"t":"ack","seq":1,"__proto__":{"seq":9,"isAdmin":true}}`],
  ["[PR4] a `constructor` member", `{"t":"ack","seq":1,"constructor":{"prototype":{"x":1}}}`],
  ["[PR4] a `prototype` member", `{"t":"ack","seq":1,"prototype":{"x":1}}`],
  ["[PR4] a `hasOwnProperty` member", `{"t":"ack","seq":1,"hasOwnProperty":1,"toString":2}`],
  ["[PR4] a member 9 deep that nobody named", `{"t":"ack","seq":1,"x":${nested(9)}}`],
  ["[PR4] a member 30,000 deep", `{"t":"ack","seq":1,"x":${nested(30_000)}}`],
  ["[PR4] a claimed author", `{"t":"ack","seq":1,"from":"${ID}"}`],
])("%s is dropped and harms nothing", (_title, text) => {
  const decoded = decodeClientFrame(text);
  expect(decoded).toEqual({ ok: true, value: { t: "ack", seq: 1 } });
  expect(decoded.ok && Object.keys(decoded.value)).toEqual(["t", "seq"]);
  expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
});

test("[PR4] as many keys as 64 KiB hold are dropped", () => {
  let keys = "";
  for (let n = 0; keys.length < limits.clientFrameBytesMax - 60; n += 1) keys += `,"${n}":0`;
  expect(decodeClientFrame(`{"t":"ack","seq":1${keys}}`)).toMatchObject({ ok: true });
});

test("[PR8] 10^5 keys exceed the frame", () => {
  let keys = "";
  for (let n = 0; n < 100_000; n += 1) keys += `,"${n}":0`;
  expect(refusal(`{"t":"ack","seq":1${keys}}`)?.kind).toBe("frame-too-large");
});

test("[PR4] of a key given twice the last counts, on both sides alike", () => {
  const text = `{"t":"ack","seq":1,"seq":2}`;
  expect(decodeClientFrame(text)).toEqual({ ok: true, value: { t: "ack", seq: 2 } });
  const other = `{"t":"ack","seq":2,"seq":-1}`;
  expect(refusal(other)).toEqual({ kind: "frame-malformed", detail: "seq" });
});

test("[PR4] a `__proto__` member does not stand in for a missing one", () => {
  expect(refusal(`{"t":"ack","__proto__":{"seq":1}}`)?.kind).toBe("frame-malformed");
  expect(refusal(`{"__proto__":{"t":"ack","seq":1}}`)?.kind).toBe("frame-malformed");
});

test.each([
  ["1e400", "1e400"],
  ["-0", "-0"],
  ["2^53 + 1", "9007199254740993"],
  ["2^53", "9007199254740992"],
  ["a fraction", "1.5"],
  ["below zero", "-1"],
  ["a text", `"1"`],
  ["null", "null"],
  ["a list", "[1]"],
])("[PR5] %s is no seq", (_title, written) => {
  expect(refusal(`{"t":"ack","seq":${written}}`)).toEqual({
    kind: "frame-malformed",
    detail: "seq",
  });
});

test("[PR5] the greatest safe integer is a seq", () => {
  expect(decodeClientFrame(`{"t":"ack","seq":9007199254740991}`).ok).toBe(true);
});

test("[PR5] the time of an entry is one that can be written, the last of them too", () => {
  const entryAt = (ts: number) => ({ seq: 1, ts, id: ID, from: ID, body: "Ym9keQ" });
  const page = { t: "entries", epoch: ID, replay: false, mac: "bWFj" };
  const read = (ts: number): boolean[] =>
    [{ ...page, entries: [entryAt(ts)] }, { t: "ok", id: ID, seq: 1, ts, dup: false }]
      .map((frame) => decodeServerFrame(JSON.stringify(frame)).ok);
  expect(new Date(protocolLimits.roomMsMax).toISOString()).toBe("+275760-09-13T00:00:00.000Z");
  expect(read(protocolLimits.roomMsMax)).toEqual([true, true]);
  expect(read(protocolLimits.roomMsMax + 1)).toEqual([false, false]);
});

test.each([
  ["one character short", "A".repeat(21)],
  ["one too many", "A".repeat(23)],
  ["empty", ""],
  ["with a NUL", `${"A".repeat(21)}\u0000`],
  ["with a right-to-left override", `${"A".repeat(21)}\u202e`],
  ["with a lone surrogate", `${"A".repeat(21)}\ud800`],
  ["with a line break behind it", `${"A".repeat(22)}\n`],
  ["in plain base64", `${"A".repeat(21)}+`],
  ["`__proto__`", "__proto__"],
])("[PR6] an id %s is refused", (_title, id) => {
  expect(refusal(JSON.stringify({ ...append, id }))).toEqual({
    kind: "frame-malformed",
    detail: "id",
  });
});

test.each([
  ["a lone surrogate", `"a\\ud800"`],
  ["a NUL", `"a\\u0000"`],
  ["padding", `"YQ=="`],
  ["nothing", `""`],
  ["another type", `{}`],
])("[PR7] a body of %s is refused", (_title, body) => {
  expect(refusal(`{"t":"append","id":"${ID}","body":${body}}`)?.kind).toBe("frame-malformed");
});

test("[PR7] the relay's own entries are text without lone surrogates", () => {
  const frame = (from: string, body: string): string =>
    JSON.stringify({
      t: "entries",
      epoch: ID,
      entries: [{ seq: 1, ts: 1, from, id: ID, body }],
      replay: true,
      mac: KEY,
    });
  expect(decodeServerFrame(frame("relay", `{"kind":"left"}`)).ok).toBe(true);
  expect(decodeServerFrame(frame("relay", "\ud800")).ok).toBe(false);
  expect(decodeServerFrame(frame(ID, `{"kind":"left"}`)).ok).toBe(false);
});

test.each([
  ["nothing", ""],
  ["half a frame", `{"t":"ack"`],
  ["two frames", `{"t":"ack","seq":1}{"t":"ack","seq":1}`],
  ["null", "null"],
  ["a list", `[{"t":"ack","seq":1}]`],
  ["a text", `"ack"`],
  ["a frame without type", "{}"],
  ["a type that is none", `{"t":["ack"],"seq":1}`],
  ["a byte order mark", `\ufeff{"t":"ack","seq":1}`],
  ["NaN", `{"t":"ack","seq":NaN}`],
])("[PR3] %s is refused", (_title, text) => {
  expect(refusal(text)?.kind).toBe("frame-malformed");
});

test("[PR8] a frame of 64 KiB is taken, one byte more is refused", () => {
  const around = JSON.stringify({ ...append, body: "" }).length;
  const of = (bytes: number): string =>
    JSON.stringify({ ...append, body: "a".repeat(bytes - around) });
  expect(decodeClientFrame(of(limits.clientFrameBytesMax)).ok).toBe(true);
  expect(refusal(of(limits.clientFrameBytesMax + 1))).toEqual({
    kind: "frame-too-large",
    bytesMax: limits.clientFrameBytesMax,
  });
});

test("[PR8] the limit counts bytes, not characters", () => {
  const text = `{"t":"ack","seq":1,"x":"${"é".repeat(40_000)}"}`;
  expect(text.length).toBeLessThan(limits.clientFrameBytesMax);
  expect(refusal(text)?.kind).toBe("frame-too-large");
});

test("[PR9] an unknown type, another version and a malformed frame are told apart", () => {
  expect(refusal(`{"t":"lease","seq":1}`)).toEqual({ kind: "frame-unknown" });
  expect(refusal(`{"t":"__proto__"}`)).toEqual({ kind: "frame-unknown" });
  expect(refusal(`{"t":"hello"}`)).toEqual({ kind: "frame-unknown" });
  expect(refusal(`{"t":"join","v":2,"anything":"else"}`)).toEqual({
    kind: "frame-version",
    version: 2,
  });
  expect(refusal(JSON.stringify({ ...join, v: "1" }))?.kind).toBe("frame-malformed");
  expect(decodeServerFrame(`{"t":"hello","v":9}`)).toMatchObject({
    error: { kind: "frame-version", version: 9 },
  });
});

test("[PR3] a refusal says where, and quotes nothing of what was sent", () => {
  const error = refusal(JSON.stringify({ ...join, proof: { ...join.proof, readKey: "sécret" } }));
  expect(error).toEqual({ kind: "frame-malformed", detail: "proof.readKey" });
});

const id = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/);
const body = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const ts = fc.integer({ min: 0, max: protocolLimits.roomMsMax });
const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.record({
    t: fc.constant("join" as const),
    v: fc.constant(1),
    room: id,
    device: id,
    proof: fc.constant({ ...join.proof, access: "read" as const }),
    cursor: fc.option(fc.record({ epoch: id, seq, mac: body }), { nil: undefined }),
  }),
  fc.record({
    t: fc.constant("append" as const),
    id,
    body,
    covers: fc.option(seq, { nil: undefined }),
  }),
  fc.record({ t: fc.constant("ack" as const), seq }),
  fc.record({ t: fc.constant("page" as const), before: seq, entriesMax: seq }),
  fc.record({ t: fc.constant("eph" as const), body }),
);
const serverFrame: fc.Arbitrary<ServerFrame> = fc.oneof(
  fc.record({
    t: fc.constant("entries" as const),
    epoch: id,
    entries: fc.array(fc.record({ seq, ts, from: id, id, body }), { maxLength: 5 }),
    replay: fc.boolean(),
    mac: body,
  }),
  fc.record({ t: fc.constant("ok" as const), id, seq, ts, dup: fc.boolean() }),
  fc.record({ t: fc.constant("presence" as const), device: id, state: fc.constant("gone") }),
) as fc.Arbitrary<ServerFrame>;

test("[PR3] what encodeFrame writes is read back as it was", () => {
  fc.assert(fc.property(clientFrame, (frame) => {
    expect(decodeClientFrame(encodeFrame(frame))).toEqual({ ok: true, value: frame });
  }));
  fc.assert(fc.property(serverFrame, (frame) => {
    expect(decodeServerFrame(encodeFrame(frame))).toEqual({ ok: true, value: frame });
  }));
});

test("[PR3] whatever the text, decoding gives a Result and never throws", () => {
  const jsonText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ ...append, body: value })),
    fc.record({ t: fc.constantFrom("join", "append", "ack", "page", "eph", "hello", "entries") })
      .chain((base) => fc.jsonValue().map((rest) => JSON.stringify({ ...Object(rest), ...base }))),
  );
  fc.assert(
    fc.property(jsonText, (text) => {
      expect(typeof decodeClientFrame(text).ok).toBe("boolean");
      expect(typeof decodeServerFrame(text).ok).toBe("boolean");
    }),
    { numRuns: 1_000 },
  );
});

test("[PR3] a true frame with a few characters changed is refused or still a frame", () => {
  const mutations = fc.array(
    fc.record({ at: fc.nat(300), put: fc.string({ unit: "binary", maxLength: 3 }) }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(clientFrame, mutations, (frame, changes) => {
      let text = encodeFrame(frame);
      for (const { at, put } of changes) {
        const cut = at % text.length;
        text = text.slice(0, cut) + put + text.slice(cut + put.length);
      }
      const decoded = decodeClientFrame(text);
      if (decoded.ok) expect(decodeClientFrame(encodeFrame(decoded.value))).toEqual(decoded);
    }),
    { numRuns: 1_000 },
  );
});
