/**
 * Files of our own making as the world has them: every version and container, odd encodings, and
 * hostile ones. Each says what reading it must give.
 */

import { deflateSync, zipSync } from "fflate";
import { asciiBytes, base64OfText, concatBytes, latin1Text, textBytes } from "./bytes.ts";
import type { CardFormat } from "./card-file.ts";
import { cardLimits as limits } from "./limits.ts";
import { type PngChunk, writePngChunks } from "./png-chunks.ts";
import { packEntry, writeZip, type ZipEntry } from "./zip.ts";

export type CardFixture =
  & { readonly title: string; readonly bytes: () => Uint8Array }
  & (
    | {
      readonly gives: "card";
      readonly version: 1 | 2 | 3;
      readonly format: CardFormat;
      /** What the file says, as JSON. */
      readonly json: unknown;
    }
    /** The refusal, or a part of it. */
    | { readonly gives: "refusal"; readonly error: object }
  );

const v1 = {
  name: "Ada",
  description: "{{char}} keeps a garden.",
  personality: "dry",
  scenario: "a yard",
  first_mes: "Hello.",
  mes_example: "<START>\n{{user}}: Hm?\n{{char}}: Roses.",
};
const v2 = {
  spec: "chara_card_v2",
  spec_version: "2.0",
  data: {
    ...v1,
    creator_notes: "made by hand",
    system_prompt: "{{original}}",
    post_history_instructions: "",
    alternate_greetings: ["Oh.", "You again."],
    tags: ["garden"],
    creator: "us",
    character_version: "1.2",
    extensions: { fav: true, depth_prompt: { depth: 4, prompt: "soil" }, "some/app": [1, null] },
  },
};
const v3 = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: {
    ...v2.data,
    nickname: "Addie",
    group_only_greetings: ["All here?"],
    creator_notes_multilingual: { fr: "à la main" },
    source: ["https://elsewhere.example/ada"],
    creation_date: 1_700_000_000,
    modification_date: 1_700_000_001,
    assets: [{ type: "icon", uri: "embeded://assets/icon/main.png", name: "main", ext: "png" }],
  },
};
const withData = (data: object) => ({ ...v3, data: { ...v3.data, ...data } });
const book = (entry: object, more: object = {}) =>
  withData({
    character_book: {
      extensions: {},
      entries: [{
        keys: ["lamp"],
        content: "It is out.",
        enabled: true,
        insertion_order: 1,
        extensions: { position: 4, selectiveLogic: 0 },
        ...entry,
      }],
      ...more,
    },
  });

/** What JSON can hold and what people or programs put in it. */
const ODD_DATA: readonly (readonly [title: string, data: object])[] = [
  ["names in emoji and right to left", { name: "👩🏽‍🚀 \u202eعائشة\u202c", nickname: "שָׁלוֹם 🫖" }],
  ["nulls where texts and lists are", {
    personality: null,
    alternate_greetings: null,
    character_book: null,
    assets: null,
    extensions: null,
    tags: null,
  }],
  ["numbers as strings and strings as numbers", {
    creation_date: "1700000000",
    character_version: 2,
    talkativeness: "0.5",
    scenario: 7,
  }],
  ["half surrogates", { creator_notes: "\ud83d alone \udc00", odd: { "\ud800": "\udfff" } }],
  ["names that objects inherit", {
    constructor: { prototype: { polluted: 1 } },
    toString: "text",
    hasOwnProperty: null,
  }],
  ["links, HTML and scripts in texts", {
    description: "<img src=//elsewhere.example/a onerror=alert(1)> ![x](https://elsewhere.example)",
    creator_notes:
      "<script>fetch('https://elsewhere.example')</script><style>*{display:none}</style>",
    first_mes: "javascript:alert(1) <iframe srcdoc='<script>1</script>'>",
  }],
  ["assets elsewhere", {
    assets: ["https://elsewhere.example/a.png", "file:///etc/passwd", "ccdefault:", "data:,x"]
      .map((uri) => ({ type: "icon", uri, name: "main", ext: "png" })),
  }],
  ["scripts of other programs", {
    extensions: {
      regex_scripts: [{ findRegex: "/(a+)+$/g", replaceString: "<script>" }],
      risuai: { triggerscript: [{ code: "fetch()" }], customScripts: [] },
    },
  }],
  ["control characters and line ends of every kind", {
    description: "a\r\nb\rc\u2028d\u2029e\u0000f\u0007\u200b\ufeff",
  }],
  ["empty keys and members without a name", { "": { "": [""] }, " ": [] }],
];

const ODD_BOOKS: readonly (readonly [title: string, json: object])[] = [
  ["a lorebook with patterns that hang others", book({ use_regex: true, keys: ["(a+)+$"] })],
  ["a lorebook of fields of the wrong type", book({ insertion_order: "5", keys: "lamp" })],
  ["a lorebook of another program, entries by number", book({}, { entries: { 0: {}, 1: {} } })],
  ["decorators that nobody knows", book({ content: "@@depth 5\n@@@unknown\n@@x\nIt is out." })],
];

const json = (value: unknown): Uint8Array => textBytes(JSON.stringify(value));
const text = (keyword: string, body: string): PngChunk => ({
  type: "tEXt",
  data: concatBytes([asciiBytes(`${keyword}\0`), asciiBytes(body)]),
});
const card = (keyword: string, value: unknown): PngChunk =>
  text(keyword, base64OfText(JSON.stringify(value)));
const chunk = (type: string, data: Uint8Array = Uint8Array.of(1, 2, 3)): PngChunk => ({
  type,
  data,
});
const picture = (...inner: readonly PngChunk[]): Uint8Array =>
  writePngChunks([
    chunk("IHDR", Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)),
    ...inner,
    chunk("IDAT", Uint8Array.of(0x78, 0x9c, 0x63, 0, 0, 0, 2, 0, 1)),
    chunk("IEND", new Uint8Array(0)),
  ]);
const BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
const noise = (bytes: number): Uint8Array => {
  let state = 1;
  return Uint8Array.from({ length: bytes }, () => {
    state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0;
    return state >>> 24;
  });
};
const archive = (entries: readonly ZipEntry[], prefix = new Uint8Array(0)): Uint8Array =>
  writeZip({ prefix, entries });
const own = (value: unknown): ZipEntry => packEntry("card.json", json(value));
const beside = (name: string): Uint8Array => archive([own(v3), packEntry(name, noise(9))]);
const deep = (depth: number): unknown => {
  let value: unknown = "bottom";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { v: value };
  return value;
};

const reads = (
  title: string,
  version: 1 | 2 | 3,
  format: CardFormat,
  said: unknown,
  bytes: () => Uint8Array,
): CardFixture => ({ title, gives: "card", version, format, json: said, bytes });
const refused = (title: string, error: object, bytes: () => Uint8Array): CardFixture => ({
  title,
  gives: "refusal",
  error,
  bytes,
});

const versions: readonly CardFixture[] = [
  reads("V1", 1, "json", v1, () => json(v1)),
  reads(
    "V1 with what its programs add",
    1,
    "json",
    { ...v1, fav: false, avatar: "none" },
    () => json({ ...v1, fav: false, avatar: "none" }),
  ),
  reads("V2", 2, "json", v2, () => json(v2)),
  reads(
    "V2 of a name alone",
    2,
    "json",
    { ...v2, data: { name: "Bo" } },
    () => json({ ...v2, data: { name: "Bo" } }),
  ),
  reads(
    "V2 with V1's fields beside it",
    2,
    "json",
    { ...v1, ...v2, create_date: "x" },
    () => json({ ...v1, ...v2, create_date: "x" }),
  ),
  reads("V3", 3, "json", v3, () => json(v3)),
  reads(
    "a newer V3",
    3,
    "json",
    { ...v3, spec_version: "3.9" },
    () => json({ ...v3, spec_version: "3.9" }),
  ),
  reads(
    "a version as a number",
    3,
    "json",
    { ...v3, spec_version: 3 },
    () => json({ ...v3, spec_version: 3 }),
  ),
  ...ODD_DATA.map(([title, data]) =>
    reads(title, 3, "json", withData(data), () => json(withData(data)))
  ),
  ...ODD_BOOKS.map(([title, said]) => reads(title, 3, "json", said, () => json(said))),
];

const encodings: readonly CardFixture[] = [
  reads("JSON with a byte order mark", 2, "json", v2, () => concatBytes([BOM, json(v2)])),
  reads(
    "JSON with line ends around",
    2,
    "json",
    v2,
    () => textBytes(`\r\n${JSON.stringify(v2, null, "\t").replaceAll("\n", "\r\n")}\r\n\r\n`),
  ),
  reads(
    "JSON with a key twice: the last one counts",
    1,
    "json",
    v1,
    () => textBytes(`{"name":"Eve",${JSON.stringify(v1).slice(1)}`),
  ),
  reads(
    "JSON of the greatest depth",
    3,
    "json",
    withData({ odd: deep(limits.jsonDepthMax - 2) }),
    () => json(withData({ odd: deep(limits.jsonDepthMax - 2) })),
  ),
  reads(
    "base64 in lines",
    2,
    "png",
    v2,
    () => picture(text("chara", base64OfText(JSON.stringify(v2)).replace(/.{76}/g, "$&\r\n"))),
  ),
  reads(
    "base64 without its padding",
    2,
    "png",
    v2,
    () => picture(text("chara", base64OfText(`${JSON.stringify(v2)} `).replace(/=+$/, ""))),
  ),
  reads(
    "base64 of JSON with a byte order mark",
    2,
    "png",
    v2,
    () => picture(text("chara", base64OfText(`\ufeff${JSON.stringify(v2)}`))),
  ),
  reads("a keyword in capitals", 2, "png", v2, () => picture(card("Chara", v2))),
  reads(
    "chara and ccv3 that differ",
    3,
    "png",
    v3,
    () => picture(card("chara", { ...v2, data: { name: "Old" } }), card("ccv3", v3)),
  ),
  reads(
    "chara twice: the last one counts",
    2,
    "png",
    v2,
    () => picture(card("chara", v1), card("chara", v2)),
  ),
  reads("comments, dates and colours beside the card", 3, "png", v3, () =>
    picture(
      chunk("gAMA"),
      text("Comment", "made by hand, caf\xe9"),
      chunk("zTXt", asciiBytes("chara\0\0packed")),
      chunk("iTXt", asciiBytes("ccv3\0\0\0\0\0")),
      chunk("tIME"),
      chunk("eXIf", noise(300)),
      card("ccv3", v3),
    )),
  reads(
    "an animated picture",
    3,
    "png",
    v3,
    () =>
      picture(chunk("acTL"), chunk("fcTL", noise(26)), card("ccv3", v3), chunk("fdAT", noise(99))),
  ),
  reads(
    "8 MB that nobody knows",
    2,
    "png",
    v2,
    () => picture(chunk("prVt", noise(8_000_000)), card("chara", v2)),
  ),
  reads(
    "bytes behind the picture's end",
    2,
    "png",
    v2,
    () => concatBytes([picture(card("chara", v2)), noise(64)]),
  ),
  reads("an archive with assets", 3, "charx", v3, () =>
    zipSync({
      "assets/icon/main.png": picture(),
      "assets/other/notes.txt": textBytes("n".repeat(900)),
      "card.json": [json(v3), { level: 0 }],
      "module.risum": noise(2_000),
    })),
  reads(
    "an archive behind a picture",
    3,
    "charx",
    v3,
    () => archive([own(v3)], concatBytes([Uint8Array.of(0xff, 0xd8, 0xff), noise(400)])),
  ),
  reads(
    "an archive of V2 with names in every script",
    2,
    "charx",
    v2,
    () =>
      archive([
        own(v2),
        packEntry("assets/小猫 🐈.webp", noise(50)),
        packEntry("folder/", noise(0)),
      ]),
  ),
  reads(
    "an archive with an entry that is packed by other means",
    3,
    "charx",
    v3,
    () => archive([own(v3), { ...packEntry("a.zst", noise(70)), method: 93 }]),
  ),
];

const damaged: readonly CardFixture[] = [
  refused("nothing", { kind: "card-json-malformed" }, () => new Uint8Array(0)),
  refused("noise", { kind: "card-text-not-utf8" }, () => noise(5_000)),
  refused("JSON cut short", { kind: "card-json-malformed" }, () => json(v2).slice(0, -1)),
  refused("UTF-16", { kind: "card-text-not-utf8" }, () =>
    concatBytes([
      Uint8Array.of(0xff, 0xfe),
      new Uint8Array(Uint16Array.from(JSON.stringify(v1), (one) => one.charCodeAt(0)).buffer),
    ])),
  refused(
    "base64 of Latin-1",
    { kind: "card-text-not-utf8" },
    () => picture(text("chara", btoa(JSON.stringify({ ...v1, name: "Zo\xeb" })))),
  ),
  refused(
    "base64 for addresses",
    { kind: "card-base64-malformed" },
    () => picture(text("chara", `${base64OfText(JSON.stringify(v2))}-_`)),
  ),
  refused(
    "JSON in a picture without base64",
    { kind: "card-base64-malformed" },
    () => picture(text("chara", latin1Text(json(v2)))),
  ),
  refused(
    "an empty card in a picture",
    { kind: "card-json-malformed" },
    () => picture(text("chara", "")),
  ),
  refused(
    "a card in packed or international text alone",
    { kind: "png-without-card" },
    () =>
      picture(
        chunk("zTXt", concatBytes([asciiBytes("chara\0\0"), deflateSync(json(v2))])),
        chunk("iTXt", concatBytes([asciiBytes("ccv3\0\0\0\0\0"), json(v3)])),
      ),
  ),
  refused("a wrong checksum", { kind: "png-malformed", problem: "checksum" }, () => {
    const bytes = picture(card("chara", v2));
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    return bytes;
  }),
  refused(
    "a picture cut short",
    { kind: "png-malformed", problem: "truncated" },
    () => picture(card("chara", v2)).slice(0, -30),
  ),
  refused(
    "an archive cut short",
    { kind: "zip-malformed", problem: "truncated" },
    () => archive([own(v3)]).slice(0, -30),
  ),
  refused("data that is null", { kind: "card-unknown" }, () => json({ ...v2, data: null })),
  refused("a name of null", { kind: "card-nameless" }, () =>
    json(withData({
      name: null,
      nickname: null,
    }))),
];

const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes);
const lore = (count: number, entry: object): object => ({
  character_book: { extensions: {}, entries: Array(count).fill(entry) },
});

const hostile: readonly CardFixture[] = [
  refused(
    "a million open brackets",
    { kind: "card-json-too-deep" },
    () => textBytes("[".repeat(1_000_000)),
  ),
  refused(
    "one level too deep",
    { kind: "card-json-too-deep" },
    () => json(withData({ odd: deep(limits.jsonDepthMax - 1) })),
  ),
  refused(
    "a number that no program has",
    { kind: "card-number-too-large" },
    () => textBytes(JSON.stringify(v1).replace("{", '{"id":1e999,')),
  ),
  refused(
    "JSON over the limit",
    { kind: "card-json-too-large" },
    () => json({ ...v1, description: "x".repeat(limits.jsonBytesMax) }),
  ),
  refused(
    "base64 over the limit",
    { kind: "card-json-too-large" },
    () => picture(text("chara", "A".repeat(limits.jsonBytesMax * 1.5 + 4))),
  ),
  refused(
    "a file over the limit",
    { kind: "card-file-too-large" },
    () => zeros(limits.fileBytesMax + 1),
  ),
  refused(
    "a text over the limit",
    { kind: "card-text-too-long", field: "mes_example" },
    () => json(withData({ mes_example: "x".repeat(limits.textCharsMax + 1) })),
  ),
  refused(
    "5,000 greetings",
    { kind: "card-list-too-long", field: "alternate_greetings" },
    () => json(withData({ alternate_greetings: Array(5_000).fill("Hi") })),
  ),
  refused(
    "5,000 lore entries",
    { kind: "card-list-too-long", field: "character_book" },
    () => json(withData(lore(5_000, {}))),
  ),
  refused(
    "20,000 empty chunks",
    { kind: "png-malformed", problem: "too-many-chunks" },
    () => picture(...Array.from({ length: 20_000 }, () => chunk("prVt", zeros(0)))),
  ),
  refused("a chunk longer than the file", { kind: "png-malformed", problem: "truncated" }, () => {
    const bytes = picture(card("chara", v2));
    bytes[33] = 0x7f;
    return bytes;
  }),
  refused(
    "a bomb beside the card",
    { kind: "zip-malformed", problem: "ratio" },
    () => archive([own(v3), packEntry("a.bin", zeros(20_000_000))]),
  ),
  refused(
    "a bomb for a card",
    { kind: "zip-malformed", problem: "ratio" },
    () => archive([packEntry("card.json", zeros(20_000_000))]),
  ),
  refused(
    "a bomb that says it is small",
    { kind: "zip-malformed", problem: "too-large" },
    () => archive([{ ...packEntry("card.json", zeros(20_000_000)), unpackedBytes: 900 }]),
  ),
  refused(
    "entries that together are too much",
    { kind: "zip-malformed", problem: "too-large" },
    () => archive([own(v3), { ...packEntry("a", noise(9)), unpackedBytes: 0xfffffff0 }]),
  ),
  refused(
    "a way up",
    { kind: "zip-malformed", problem: "unsafe-name" },
    () => beside("assets/../../../etc/passwd"),
  ),
  refused(
    "an absolute name",
    { kind: "zip-malformed", problem: "unsafe-name" },
    () => beside("/card.json"),
  ),
  refused(
    "a drive and backslashes",
    { kind: "zip-malformed", problem: "unsafe-name" },
    () => beside("C:\\card.json"),
  ),
  refused(
    "two cards",
    { kind: "zip-malformed", problem: "same-name" },
    () => archive([own(v3), own({ ...v3, data: { name: "Eve" } })]),
  ),
  refused(
    "an archive within an archive",
    { kind: "zip-without-card" },
    () => zipSync({ "inner.charx": archive([own(v3)]) }),
  ),
  refused(
    "a card that is encrypted",
    { kind: "zip-malformed", problem: "unsupported" },
    () => archive([{ ...own(v3), flags: 1 }]),
  ),
];

/** Large but allowed: what reading and proposing them takes is bounded too. */
const heavy: readonly (readonly [title: string, json: object])[] = [
  [
    "a lore entry of 100,000 patterns",
    book({
      use_regex: true,
      keys: Array.from({ length: 100_000 }, () => "(a{9}){9}"),
    }),
  ],
  [
    "4,000 lore entries with patterns",
    withData(lore(4_000, {
      keys: ["(a|b|ab)*c", "((x{9}){9}){2}"],
      use_regex: true,
      content: "y".repeat(500),
    })),
  ],
  ["an entry of nothing but decorators", book({ content: "@@a b\n".repeat(200_000) })],
  ["a quarter of a million open tags", withData({ description: "<a".repeat(120_000) })],
  ["a quarter of a million spaces", withData({ personality: `x${" ".repeat(250_000)}x` })],
  ["macros in macros", withData({ description: "{{random:".repeat(25_000) })],
];

export const cardFixtures: readonly CardFixture[] = [
  ...versions,
  ...encodings,
  ...damaged,
  ...hostile,
  ...heavy.map(([title, said]) => reads(title, 3, "json", said, () => json(said))),
];
