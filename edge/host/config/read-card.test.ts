import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { writeCardCharx, writeCardJson, writeCardPng } from "#shared/personas/mod.ts";
import { decodeCardBytes } from "./read-card.ts";

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const v1 = {
  ...{ name: "Ada", description: "A gardener.", personality: "slow", scenario: "" },
  ...{ first_mes: "Hello.", mes_example: "" },
};
const v2 = { spec: "chara_card_v2", spec_version: "2.0", data: { ...v1, extensions: {} } };

/** A picture of one grey point. */
function picture(): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0);
  const magic = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const data = deflateSync(Uint8Array.of(0, 128));
  return new Uint8Array(Buffer.concat([
    magic,
    ...[chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array())],
  ]));
}

/** By ISO 3309. */
function crc32(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

test.each<[what: string, bytes: Uint8Array]>([
  ["V1", bytesOf(v1)],
  ["V2", bytesOf(v2)],
  ["V3", writeCardJson(v2)],
  ["PNG", valueOf(writeCardPng(picture(), v2))],
  ["CHARX", valueOf(writeCardCharx(v2))],
])("[HO164] a card file is a %s", (_what, bytes) => {
  expect(decodeCardBytes(bytes, "personas.0.cardFile")).toMatchObject({
    ok: true,
    value: { card: { name: "Ada", greeting: "Hello.", hue: 210 }, leftOut: ["first-line"] },
  });
});

test("[HO164] a lorebook comes along, and what no prompt has is told by its kind", () => {
  const entry = { keys: ["roses"], content: "They are red.", enabled: true, insertion_order: 1 };
  const card = {
    ...v2,
    data: {
      ...v2.data,
      ...{ creator_notes: "mine", alternate_greetings: ["Hi", "Ho"], odd: 1 },
      character_book: { entries: [{ ...entry, extensions: {} }], extensions: {} },
    },
  };
  const read = decodeCardBytes(bytesOf(card), "at");
  expect(read).toMatchObject({
    ok: true,
    value: { card: { lore: { entries: [{ keys: ["roses"], text: "They are red." }] } } },
  });
  expect(valueOf(read).leftOut).toEqual(expect.arrayContaining(["about", "greetings", "unknown"]));
});

test("[HO164] the configuration's own form is read as it stands, and its mistakes by place", () => {
  expect(decodeCardBytes(bytesOf({ name: "Ada", gist: "g", hue: 7 }), "at")).toMatchObject({
    ok: true,
    value: { card: { name: "Ada", gist: "g", hue: 7 }, leftOut: [] },
  });
  expect(decodeCardBytes(bytesOf({ nane: "Ada" }), "personas.0.cardFile")).toMatchObject({
    ok: false,
    error: expect.arrayContaining([
      expect.objectContaining({ kind: "config-invalid", at: "personas.0.cardFile: nane" }),
    ]),
  });
});

test("[HO164] what is no card is refused by name", () => {
  const refusalOf = (bytes: Uint8Array): unknown => {
    const read = decodeCardBytes(bytes, "at");
    return read.ok ? undefined : read.error.map(({ kind, detail }) => [kind, detail]);
  };
  expect(refusalOf(new TextEncoder().encode("Ada"))).toEqual([
    ["card-unusable", "card-json-malformed"],
  ]);
  expect(refusalOf(picture())).toEqual([["card-unusable", "png-without-card"]]);
  expect(refusalOf(bytesOf({ ...v2, data: { ...v2.data, name: "" } }))).toEqual([
    ["card-unusable", "card-nameless"],
  ]);
});
