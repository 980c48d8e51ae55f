/**
 * Every file of card-fixtures, by the way that a person's file goes: read, proposed, put into the
 * room, exported in every format, and read again.
 */

import { expect, test } from "vitest";
import { chooseLore } from "../lore/choose-lore.ts";
import { latin1Text, textBytes } from "./bytes.ts";
import {
  type CardFile,
  readCardFile,
  writeCardCharx,
  writeCardJson,
  writeCardPng,
} from "./card-file.ts";
import { type CardFixture, cardFixtures } from "./card-fixtures.contract.ts";
import { toV2, toV3 } from "./card-versions.ts";
import { personaToCard } from "./edit-card.ts";
import type { JsonObject } from "./json.ts";
import { type PngChunk, readPngChunks } from "./png-chunks.ts";
import { OWN_EXTENSION, proposePersona } from "./propose-persona.ts";
import { readZip, type Zip } from "./zip.ts";

/** What one file may take: thirty times what the slowest takes. */
const MS_MAX = 10_000;

type Good = Extract<CardFixture, { gives: "card" }>;
const good = cardFixtures.filter((one): one is Good => one.gives === "card");
const bad = cardFixtures.filter((one) => one.gives === "refusal");

function read(bytes: Uint8Array): CardFile {
  const file = readCardFile(bytes);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  return file.value;
}

function chunksOf(bytes: Uint8Array): readonly PngChunk[] {
  const chunks = readPngChunks(bytes);
  if (!chunks.ok) throw new Error(JSON.stringify(chunks.error));
  return chunks.value;
}

function zipOf(bytes: Uint8Array): Zip {
  const zip = readZip(bytes);
  if (!zip.ok) throw new Error(JSON.stringify(zip.error));
  return zip.value;
}

/** Chunks that hold no card. */
const isOther = ({ type, data }: PngChunk): boolean =>
  type !== "tEXt" || !/^(ccv3|chara)\0/i.test(String.fromCharCode(...data.subarray(0, 6)));

/** Without the one member that is ours. */
function withoutOwn(json: JsonObject): unknown {
  const copy = JSON.parse(JSON.stringify(json));
  delete copy.data.extensions[OWN_EXTENSION];
  return copy;
}

test("there are at least thirty files that are read and thirty that are refused", () => {
  expect(good.length).toBeGreaterThanOrEqual(30);
  expect(bad.length).toBeGreaterThanOrEqual(30);
  expect(new Set(cardFixtures.map(({ title }) => title)).size).toBe(cardFixtures.length);
});

test.each(good)("[PL40] [PL41] read and lossless: $title", (fixture) => {
  const bytes = fixture.bytes();
  const started = performance.now();
  const { card, format } = read(bytes);
  const { card: persona } = proposePersona(card, 75);
  const back = personaToCard(persona, card);
  expect(performance.now() - started, "bounded time").toBeLessThan(MS_MAX);
  expect([card.version, format]).toEqual([fixture.version, fixture.format]);
  expect(card.json).toEqual(JSON.parse(JSON.stringify(fixture.json)));

  // An older card is written as V3; whatever it had is in it.
  const said = card.json;
  const asV3 = toV3(said);
  const newer = { ...said, spec: "chara_card_v3", spec_version: "3.0" };
  expect(asV3).toMatchObject([{ data: said }, newer, said][card.version - 1] ?? {});
  const expected = JSON.parse(JSON.stringify(asV3));
  expected.data.extensions ??= {};
  expect(withoutOwn(back)).toEqual(expected);
  expect(read(writeCardJson(back)).card.json).toEqual(JSON.parse(JSON.stringify(back)));
});

test.each(good.filter(({ format }) => format === "png"))(
  "[PL42] no byte of another chunk changes: $title",
  (fixture) => {
    const bytes = fixture.bytes();
    const { card } = read(bytes);
    const back = personaToCard(proposePersona(card, 75).card, card);
    const written = writeCardPng(bytes, back);
    if (!written.ok) throw new Error(written.error.kind);
    const [before, after] = [bytes, written.value].map((one) => chunksOf(one).filter(isOther));
    expect(after?.map(({ type, data }) => [type, latin1Text(data)])).toEqual(
      before?.map(({ type, data }) => [type, latin1Text(data)]),
    );
    expect(read(written.value).card.json).toEqual(JSON.parse(JSON.stringify(back)));
    const onlyOld = writeCardPng(bytes, toV2(back));
    expect(onlyOld.ok && read(onlyOld.value).card.json["spec"]).toBe("chara_card_v3");
    const twice = writeCardPng(written.value, back);
    expect(twice.ok && latin1Text(twice.value) === latin1Text(written.value), "saved again").toBe(
      true,
    );
  },
);

test.each(good.filter(({ format }) => format === "charx"))(
  "[PL41] no byte of another file in an archive changes: $title",
  (fixture) => {
    const bytes = fixture.bytes();
    const { card } = read(bytes);
    const back = personaToCard(proposePersona(card, 75).card, card);
    const written = writeCardCharx(back, bytes);
    if (!written.ok) throw new Error(written.error.kind);
    const [before, after] = [zipOf(bytes), zipOf(written.value)];
    const others = ({ entries }: Zip) =>
      entries.filter(({ name }) => name !== "card.json")
        .map((
          { name, method, crc, unpackedBytes, packed },
        ) => [name, method, crc, unpackedBytes, latin1Text(packed)]);
    expect(others(after)).toEqual(others(before));
    expect(latin1Text(after.prefix)).toBe(latin1Text(before.prefix));
    expect(read(written.value).card.json).toEqual(JSON.parse(JSON.stringify(back)));
  },
);

test.each(bad)("[PL43] [PL44] [PL46] refused by name: $title", (fixture) => {
  if (fixture.gives !== "refusal") throw new Error("not a refusal");
  const bytes = fixture.bytes();
  const started = performance.now();
  const file = readCardFile(bytes);
  expect(performance.now() - started, "bounded time").toBeLessThan(MS_MAX);
  expect(file.ok ? "read" : file.error).toMatchObject(fixture.error);
});

test("[PL35] no lorebook of any file hangs the talk, whatever is said", () => {
  const said = ["a".repeat(16_000), "lamp ".repeat(3_000), "x".repeat(16_000)];
  for (const fixture of good) {
    const { lore } = proposePersona(read(fixture.bytes()).card, 75).card;
    if (lore === undefined) continue;
    for (const line of said) {
      const started = performance.now();
      chooseLore(lore, [line], (entry) => entry.text);
      expect(performance.now() - started, fixture.title).toBeLessThan(MS_MAX);
    }
  }
});

test.each<[title: string, written: string, rounded: number]>([
  ["the largest whole number that is kept", "9007199254740992", 0],
  ["one more", "9007199254740993", 1],
  ["a negative one", "-9007199254740993", 1],
  ["one of nineteen digits in a list", '[1, "9007199254740993", 1234567890123456789]', 1],
  ["a long one that is kept", "100000000000000000000", 0],
  ["a fraction", "0.1000000000000000055511151231257827", 0],
])("[PL50] %s", (_title, written, rounded) => {
  const file = read(textBytes(`{"name":"Ada","description":"d","id":${written}}`));
  expect(file.card.notices).toEqual(
    rounded === 0 ? [] : [{ kind: "numbers-rounded", count: rounded }],
  );
});
