import { deflateSync, zipSync } from "fflate";
import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { asciiBytes, base64OfText, concatBytes, textBytes } from "./bytes.ts";
import {
  type CardFile,
  readCardFile,
  writeCardCharx,
  writeCardJson,
  writeCardPng,
} from "./card-file.ts";
import { isObject, type JsonObject, member } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";
import { readPngChunks, writePngChunks } from "./png-chunks.ts";
import { packEntry, readZip, writeZip } from "./zip.ts";

const v1 = { name: "Ada", description: "a gardener", personality: "", first_mes: "Hi" };
const v2 = {
  spec: "chara_card_v2",
  spec_version: "2.0",
  data: { ...v1, extensions: { depth: { prompt: "x" } }, odd: [1, null, { a: "é😀" }] },
};
const v3 = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: { ...v2.data, nickname: "Addie", group_only_greetings: [], assets: [{ type: "icon" }] },
  top: "kept",
};

const json = (value: unknown): Uint8Array => textBytes(JSON.stringify(value));
const text = (keyword: string, value: unknown) => ({
  type: "tEXt",
  data: concatBytes([
    asciiBytes(`${keyword}\0`),
    asciiBytes(typeof value === "string" ? value : base64OfText(JSON.stringify(value))),
  ]),
});
const picture = (...chunks: readonly { type: string; data: Uint8Array }[]): Uint8Array =>
  writePngChunks([
    { type: "IHDR", data: new Uint8Array(13) },
    ...chunks,
    { type: "IDAT", data: Uint8Array.of(1, 2, 3) },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
const charx = (value: unknown, others: Record<string, Uint8Array> = {}): Uint8Array =>
  zipSync({ ...others, "card.json": json(value) });

function read(bytes: Uint8Array): CardFile {
  const file = readCardFile(bytes);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  return file.value;
}

function refusal(bytes: Uint8Array): unknown {
  const file = readCardFile(bytes);
  return file.ok ? "read" : file.error;
}

test.each<[title: string, bytes: Uint8Array, version: number, format: string, notices: number]>([
  ["V1", json(v1), 1, "json", 0],
  [
    "V1 with a byte order mark",
    concatBytes([Uint8Array.of(0xef, 0xbb, 0xbf), json(v1)]),
    1,
    "json",
    0,
  ],
  ["V2", json(v2), 2, "json", 0],
  ["V3", json(v3), 3, "json", 0],
  ["a newer V3", json({ ...v3, spec_version: "3.7" }), 3, "json", 1],
  ["an unknown spec with the shape", json({ ...v3, spec: "chara_card_v9" }), 3, "json", 1],
  [
    "fields of the wrong type",
    json({ ...v2, data: { ...v2.data, scenario: 7, tags: 1 } }),
    2,
    "json",
    1,
  ],
  ["a picture with chara", picture(text("chara", v2)), 2, "png", 0],
  ["a picture with ccv3", picture(text("ccv3", v3)), 3, "png", 0],
  [
    "base64 with line ends",
    picture(text("chara", base64OfText(JSON.stringify(v2)).replace(/.{20}/g, "$&\n"))),
    2,
    "png",
    0,
  ],
  ["an archive", charx(v3), 3, "charx", 0],
  [
    "an archive behind a picture",
    concatBytes([Uint8Array.of(0xff, 0xd8, 9), charx(v3)]),
    3,
    "charx",
    0,
  ],
])("[PL40] %s", (_title, bytes, version, format, notices) => {
  const file = read(bytes);
  expect([file.card.version, file.format, file.card.notices.length]).toEqual(
    [version, format, notices],
  );
  expect(file.card.texts.name).toBe("Ada");
  expect(file.card.texts.description).toBe("a gardener");
});

test.each<[title: string, bytes: Uint8Array, error: object]>([
  ["no JSON", textBytes("hello"), { kind: "card-json-malformed" }],
  ["nothing", new Uint8Array(0), { kind: "card-json-malformed" }],
  ["a list", json([v1]), { kind: "card-unknown" }],
  ["another object", json({ name: "x" }), { kind: "card-unknown" }],
  ["a lorebook alone", json({ spec: "lorebook_v3", data: {} }), { kind: "card-is-lorebook" }],
  ["no name", json({ ...v2, data: { ...v2.data, name: " " } }), { kind: "card-nameless" }],
  ["a name of another type", json({ ...v2, data: { name: {} } }), { kind: "card-nameless" }],
  ["Latin-1", Uint8Array.of(0x7b, 0xe9, 0x7d), { kind: "card-text-not-utf8" }],
  ["10 MB of text", json({ ...v1, description: "x".repeat(10_000_000) }), {
    kind: "card-json-too-large",
  }],
  ["a long text", json({ ...v1, scenario: "x".repeat(limits.textCharsMax + 1) }), {
    kind: "card-text-too-long",
    field: "scenario",
  }],
  [
    "a long list",
    json({ ...v2, data: { ...v2.data, alternate_greetings: Array(5_000).fill("") } }),
    { kind: "card-list-too-long" },
  ],
  [
    "many lore entries",
    json({ ...v2, data: { ...v2.data, character_book: { entries: Array(5_000).fill({}) } } }),
    { kind: "card-list-too-long", field: "character_book" },
  ],
  ["depth", textBytes("[".repeat(1_000_000)), { kind: "card-json-too-deep" }],
  ["an APK of no card", zipSync({ "a.txt": json(1) }), { kind: "zip-without-card" }],
  ["a picture without a card", picture(), { kind: "png-without-card" }],
  ["a picture of no base64", picture(text("chara", "%%%")), { kind: "card-base64-malformed" }],
  ["a large file", new Uint8Array(limits.fileBytesMax + 1), { kind: "card-file-too-large" }],
])("[PL46] refused by name: %s", (_title, bytes, error) => {
  expect(refusal(bytes)).toMatchObject(error);
});

test("[PL46] keys that objects inherit are no members", () => {
  const hostile = textBytes(
    '{"spec":"chara_card_v2","data":{"name":"Eve","description":"d","__proto__":{"polluted":1},' +
      '"extensions":{"constructor":{"prototype":{"polluted":1}}}},"__proto__":{"x":2}}',
  );
  const file = read(hostile);
  const back = read(writeCardJson(file.card.json)).card;
  expect(member({}, "constructor")).toBeUndefined();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(JSON.stringify(member(back.data, "__proto__"))).toBe('{"polluted":1}');
  expect(back.unknown).toEqual(["__proto__"]);
  expect(refusal(textBytes('{"__proto__":{"name":"x","description":"y"}}')))
    .toMatchObject({ kind: "card-unknown" });
});

test("[PL42] ccv3 is preferred, both are replaced, and other chunks stay byte for byte", () => {
  const others = [
    { type: "tEXt", data: asciiBytes("Comment\0chara") },
    { type: "zTXt", data: asciiBytes("chara\0\0zz") },
    { type: "prVt", data: Uint8Array.of(0, 255, 7) },
  ];
  const bytes = picture(text("chara", v2), ...others, text("ccv3", v3), text("chara", v1));
  const { card } = read(bytes);
  expect(card.version).toBe(3);
  const written = writeCardPng(bytes, card.json);
  const chunks = written.ok ? readPngChunks(written.value) : written;
  if (!written.ok || !chunks.ok) throw new Error("not written");
  expect(read(written.value).card.json).toEqual(v3);
  expect(chunks.value.map(({ type }) => type)).toEqual(
    ["IHDR", "tEXt", "zTXt", "prVt", "IDAT", "tEXt", "tEXt", "IEND"],
  );
  expect(chunks.value.slice(1, 4).map(({ data }) => [...data])).toEqual(
    others.map(({ data }) => [...data]),
  );
  const [ccv3, chara] = chunks.value.filter(({ type }) => type === "tEXt").slice(1);
  expect(read(picture(...ccv3 ? [ccv3] : [])).card.version).toBe(3);
  expect(read(picture(...chara ? [chara] : [])).card.version).toBe(2);
});

test.each<[title: string, bytes: Uint8Array, problem: string]>([
  ["cut short", picture(text("chara", v2)).slice(0, 60), "truncated"],
  ["without an end", picture().slice(0, -12), "truncated"],
  [
    "with a wrong checksum",
    picture(text("chara", v2)).map((byte, at) => at === 40 ? byte ^ 1 : byte),
    "checksum",
  ],
  [
    "with a length beyond the file",
    picture().map((byte, at) => at === 8 ? 0x7f : byte),
    "truncated",
  ],
  ["that begins elsewhere", writePngChunks([{ type: "IEND", data: new Uint8Array(0) }]), "order"],
  [
    "of too many parts",
    picture(...Array.from({ length: 17_000 }, () => ({ type: "prVt", data: new Uint8Array(0) }))),
    "too-many-chunks",
  ],
])("[PL43] a picture %s", (_title, bytes, problem) => {
  expect(refusal(bytes)).toEqual({ kind: "png-malformed", problem });
});

/** An entry that says other things than are true. */
function lying(entry: Partial<ReturnType<typeof packEntry>>, value: Uint8Array): Uint8Array {
  const own = packEntry("card.json", value);
  return writeZip({ prefix: new Uint8Array(0), entries: [{ ...own, ...entry }] });
}

const zeros = new Uint8Array(40_000_000);
const named = (name: string): Uint8Array =>
  writeZip({
    prefix: new Uint8Array(0),
    entries: [packEntry("card.json", json(v3)), packEntry(name, Uint8Array.of(1))],
  });

test.each<[title: string, bytes: Uint8Array, error: object]>([
  ["a bomb that says so", zipSync({ "card.json": json(v3), "a.bin": zeros }), { problem: "ratio" }],
  ["sizes beyond all", lying({ unpackedBytes: 0xfffffff0 }, json(v3)), { problem: "too-large" }],
  [
    "a card too large",
    lying({ unpackedBytes: 5_000_000, packed: new Uint8Array(100_000) }, json(v3)),
    { kind: "card-json-too-large" },
  ],
  [
    "too many entries",
    writeZip({
      prefix: new Uint8Array(0),
      entries: Array.from({ length: 1_025 }, (_, at) => packEntry(`${at}`, Uint8Array.of(1))),
    }),
    { problem: "too-many-entries" },
  ],
  ["a way up", named("../evil"), { problem: "unsafe-name" }],
  ["a way up within", named("a/../../evil"), { problem: "unsafe-name" }],
  ["an absolute name", named("/etc/passwd"), { problem: "unsafe-name" }],
  ["a drive", named("C:evil"), { problem: "unsafe-name" }],
  ["a backslash", named("a\\..\\evil"), { problem: "unsafe-name" }],
  ["a name with an end inside", named("card.json\0.png"), { problem: "unsafe-name" }],
  ["a second card", named("card.json"), { problem: "same-name" }],
  ["encryption", lying({ flags: 1 }, json(v3)), { problem: "unsupported" }],
  ["another method", lying({ method: 14 }, json(v3)), { problem: "unsupported" }],
  ["a wrong checksum", lying({ crc: 1 }, json(v3)), { problem: "checksum" }],
  ["a damaged stream", lying({ packed: Uint8Array.of(0xff, 0xff, 0xff) }, json(v3)), {
    problem: "truncated",
  }],
  ["an end cut off", charx(v3).slice(0, -40), { problem: "truncated" }],
])("[PL44] an archive with %s is refused", (_title, bytes, error) => {
  expect(refusal(bytes)).toMatchObject(error);
});

test("[PL45] a bomb that says it is small is read no further than what it says", () => {
  const packed = deflateSync(zeros);
  // Whoever reads on comes to this damage.
  packed.fill(0xff, 20_000);
  expect(refusal(lying({ packed, unpackedBytes: 1_000 }, json(v3))))
    .toEqual({ kind: "zip-malformed", problem: "too-large" });
  expect(refusal(lying({ packed, unpackedBytes: 4_000_000 }, json(v3))))
    .toEqual({ kind: "zip-malformed", problem: "too-large" });
});

test("[PL41] an archive's other entries are carried along, packed as they were", () => {
  const others = { "assets/icon/main.png": picture(), "notes.txt": textBytes("n".repeat(500)) };
  const bytes = charx(v3, others);
  const written = writeCardCharx(read(bytes).card.json, bytes);
  if (!written.ok) throw new Error("not written");
  const [before, after] = [readZip(bytes), readZip(written.value)];
  if (!before.ok || !after.ok) throw new Error("not read");
  const packedOf = (name: string, zip: typeof before) =>
    zip.value.entries.find((entry) => entry.name === name)?.packed;
  for (const name of Object.keys(others)) {
    expect(packedOf(name, after)).toEqual(packedOf(name, before));
  }
  expect(read(written.value).card.json).toEqual(v3);
});

/** JSON that JSON keeps: no -0, no numbers beyond what it writes. */
const anyJson = fc.jsonValue({ maxDepth: 3, noUnicodeString: false }) as fc.Arbitrary<never>;
const anyCard = fc.record({
  name: fc.string({ minLength: 1 }).filter((name) => name.trim() !== ""),
  description: fc.string({ unit: "grapheme" }),
  extensions: fc.dictionary(fc.string(), anyJson),
  more: fc.dictionary(fc.string().filter((key) => key !== "nickname"), anyJson),
}).map(({ more, ...fields }): JsonObject => ({ group_only_greetings: [], ...more, ...fields }));

test("[PL41] every card of any version comes back with all it had, in every format", () => {
  fc.assert(
    fc.property(anyCard, fc.constantFrom(1, 2, 3), (data, version) => {
      const card = version === 1
        ? data
        : { spec: `chara_card_v${version}`, spec_version: `${version}.0`, data, kept: 1 };
      const { value, ok } = readCardFile(json(card)) as { ok: boolean; value: CardFile };
      if (!ok) return fc.pre(false);
      const whole = JSON.parse(JSON.stringify(data)) as JsonObject;
      const png = writeCardPng(picture(), value.card.json);
      const zip = writeCardCharx(value.card.json);
      for (
        const bytes of [writeCardJson(value.card.json), png.ok && png.value, zip.ok && zip.value]
      ) {
        const back = read(bytes || new Uint8Array(0)).card;
        expect(back.version).toBe(3);
        expect(isObject(back.data)).toBe(true);
        // What V3 requires besides is added; what was there is there.
        expect(back.data).toMatchObject(whole);
        if (version === 3) expect(back.json).toEqual(JSON.parse(JSON.stringify(card)));
      }
    }),
    { numRuns: 60 },
  );
});

test("[PL46] no bytes throw: of any kind, and of true files with a few changed", () => {
  const files = [json(v3), picture(text("ccv3", v3)), charx(v3, { "a.png": picture() })];
  const answers = (bytes: Uint8Array): void => {
    expect(readCardFile(bytes)).toHaveProperty("ok");
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), answers));
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...files), changes, fc.nat(), (file, changed, cut) => {
      const bytes = file.slice();
      for (const [at, byte] of changed) bytes[at % bytes.length] = byte;
      answers(bytes);
      answers(bytes.subarray(0, cut % bytes.length));
    }),
    { numRuns: 400 },
  );
});

test("[PL46] no JSON throws, whatever its fields are", () => {
  const fields = ["name", "description", "character_book", "extensions", "assets", "nickname"];
  const odd = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 4 }));
  fc.assert(fc.property(odd, fc.constantFrom("chara_card_v2", "chara_card_v3", 3), (data, spec) => {
    expect(readCardFile(json({ spec, data }))).toHaveProperty("ok");
  }));
});
