/** Hostile pictures and archives around a card. */

import { deflateRawSync, deflateSync } from "node:zlib";
import { asciiBytes, base64OfText, concatBytes, latin1Text } from "#shared/personas/cards/bytes.ts";
import { type PngChunk, writePngChunks } from "#shared/personas/cards/png-chunks.ts";
import { packEntry, storeEntry, writeZip, type ZipEntry } from "#shared/personas/cards/zip.ts";
import { type HostileCard, jsonCard, reads, refused, withData } from "./hostile-card.ts";

const card = withData({});
const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes);
const chunk = (type: string, data: Uint8Array): PngChunk => ({ type, data });
const text = (keyword: string, body: string): PngChunk =>
  chunk("tEXt", asciiBytes(`${keyword}\0${body}`));
const own = text("ccv3", base64OfText(JSON.stringify(card)));

function header(width: number, height: number): PngChunk {
  const data = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  return chunk("IHDR", data);
}

const IDAT = chunk("IDAT", Uint8Array.of(0x78, 0x9c, 0x63, 0, 0, 0, 2, 0, 1));
const IEND = chunk("IEND", zeros(0));
const picture = (...inner: readonly PngChunk[]): Uint8Array =>
  writePngChunks([header(1, 1), ...inner, IDAT, IEND]);
const bomb = (bytes: number): Uint8Array => deflateSync(zeros(bytes));

/** The bytes with some of them changed. */
function changed(bytes: Uint8Array, at: number, ...to: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(to, at < 0 ? copy.length + at : at);
  return copy;
}

const pictures: readonly HostileCard[] = [
  reads(
    "PNG: four thousand million pixels a side",
    () => writePngChunks([header(0xffffffff, 0xffffffff), own, IDAT, IEND]),
  ),
  reads("PNG: no pixels at all", () => writePngChunks([header(0, 0), own, IEND])),
  reads(
    "PNG: pixels that unpack to 20 MB",
    () => writePngChunks([header(8_000, 8_000), own, chunk("IDAT", bomb(20_000_000)), IEND]),
  ),
  reads("PNG: packed texts that unpack to 20 MB", () =>
    picture(
      chunk("zTXt", concatBytes([asciiBytes("Comment\0\0"), bomb(20_000_000)])),
      chunk("iTXt", concatBytes([asciiBytes("x\0\x01\0\0\0"), bomb(20_000_000)])),
      chunk("iCCP", concatBytes([asciiBytes("p\0\0"), bomb(20_000_000)])),
      own,
    )),
  refused(
    "PNG: the card itself packed",
    () => picture(chunk("zTXt", concatBytes([asciiBytes("ccv3\0\0"), bomb(20_000_000)]))),
  ),
  reads(
    "PNG: 16,000 chunks",
    () => picture(...Array.from({ length: 16_000 }, () => chunk("prVt", zeros(1))), own),
  ),
  refused(
    "PNG: 50,000 chunks",
    () => picture(...Array.from({ length: 50_000 }, () => chunk("prVt", zeros(0))), own),
  ),
  reads(
    "PNG: 10,000 cards, the last one a card",
    () => picture(...Array.from({ length: 10_000 }, () => text("ccv3", "!")), own),
  ),
  refused("PNG: a card of 6 MB of spaces", () => picture(text("chara", " ".repeat(6_000_000)))),
  refused("PNG: a card of 7 MB", () => picture(text("chara", "A".repeat(7_000_000)))),
  reads("PNG: 30 MB beside the card", () => picture(chunk("prVt", zeros(30_000_000)), own)),
  refused("PNG: more than a file may have", () => picture(chunk("prVt", zeros(34_000_000)), own)),
  refused("PNG: a wrong checksum at the end", () => changed(picture(own), -1, 0)),
  refused(
    "PNG: a chunk longer than any file",
    () => changed(picture(own), 33, 0xff, 0xff, 0xff, 0xff),
  ),
  refused("PNG: nothing but its first bytes", () => picture(own).slice(0, 8)),
  refused("PNG: the end first", () => writePngChunks([IEND, header(1, 1), own])),
  refused(
    "PNG: the card behind the end",
    () => writePngChunks([header(1, 1), IDAT, IEND, own, IEND]),
  ),
  refused("PNG: no end", () => writePngChunks([header(1, 1), own, IDAT])),
  reads("PNG: HTML and SVG in its notes", () =>
    picture(
      text("Title", "<script>canary(40)</script>"),
      chunk("iTXt", asciiBytes("XML:com.adobe.xmp\0\0\0\0\0<svg onload=canary(41)>")),
      own,
    )),
  reads(
    "PNG: an archive behind it",
    () => concatBytes([picture(own), writeZip({ prefix: zeros(0), entries: [evil()] })]),
  ),
  refused(
    "PNG: a JPEG by another name",
    () =>
      concatBytes([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), asciiBytes("\0\x10JFIF\0"), zeros(900)]),
  ),
  refused("PNG: a GIF that is a script", () => asciiBytes("GIF89a/*;*/=1;canary(42)//")),
  refused("PNG: base64 of itself", () => picture(text("ccv3", btoa(latin1Text(picture(own)))))),
];

function zipBomb(name: string): ZipEntry {
  const bytes = zeros(20_000_000);
  return { ...storeEntry(name, bytes), method: 8, packed: deflateRawSync(bytes) };
}

function evil(): ZipEntry {
  return packEntry("card.json", jsonCard(withData({ name: "Eve" })));
}

const cardEntry = (): ZipEntry => packEntry("card.json", jsonCard(card));
const archive = (...entries: readonly ZipEntry[]): Uint8Array =>
  writeZip({ prefix: zeros(0), entries });
const beside = (name: string): Uint8Array =>
  archive(cardEntry(), storeEntry(name, asciiBytes("x")));
const END_BYTES = 22;

/** Every entry of the directory points to the same bytes (Fifield's overlap). */
function overlapping(count: number): Uint8Array {
  const kernel = zipBomb("a");
  const whole = archive(
    cardEntry(),
    ...Array.from({ length: count }, (_, at) => ({
      ...kernel,
      ...storeEntry(`${at}`.padStart(4, "0"), zeros(0)),
      unpackedBytes: 50_000_000,
    })),
  );
  return concatBytes([kernel.packed, whole]);
}

/** The record that ends an archive, with one field of two bytes changed. */
const ended = (at: number, ...to: readonly number[]): Uint8Array =>
  changed(archive(cardEntry()), at - END_BYTES, ...to);

const UNSAFE_NAMES = [
  ...["../card.json", "a/../../x", "/etc/passwd", "\\\\host\\share", "C:\\x", "..\\..\\x"],
  ...["a\\..\\x", "./x", "a/./x", "x\0.png", "x\n.png", "..", ".", "", "x".repeat(600)],
];

const archives: readonly HostileCard[] = [
  ...UNSAFE_NAMES.map((name) =>
    refused(`archive: the name ${JSON.stringify(name.slice(0, 20))}`, () => beside(name))
  ),
  reads(
    "archive: names that only look like ways up",
    () =>
      archive(
        cardEntry(),
        ...["%2e%2e/x", "．．/x", "…/x", "..a/x"].map((name) => storeEntry(name, zeros(1))),
      ),
  ),
  reads(
    "archive: names with elements and turns",
    () => beside("<img src=x onerror=canary(50)>\u202egnp.exe"),
  ),
  refused("archive: a bomb for a card", () => archive(zipBomb("card.json"))),
  refused(
    "archive: a bomb beside the card",
    () => archive(cardEntry(), zipBomb("a.bin")),
  ),
  refused(
    "archive: a bomb that says it is small",
    () => archive({ ...zipBomb("card.json"), unpackedBytes: 900 }),
  ),
  refused(
    "archive: a card that says it is large",
    () => archive({ ...cardEntry(), unpackedBytes: 3_000_000 }),
  ),
  refused(
    "archive: a card that says it is larger than all",
    () => archive({ ...cardEntry(), unpackedBytes: 0xffffffff }),
  ),
  refused(
    "archive: a card of 5 MB, unpacked",
    () => archive(storeEntry("card.json", jsonCard(withData({ odd: "x".repeat(5_000_000) })))),
  ),
  refused("archive: many that are too much together", () => overlapping(200)),
  refused(
    "archive: an archive in an archive in an archive",
    () => archive(storeEntry("a.charx", archive(storeEntry("b.charx", archive(cardEntry()))))),
  ),
  reads(
    "archive: 1,024 entries",
    () =>
      archive(
        cardEntry(),
        ...Array.from({ length: 1_023 }, (_, at) => storeEntry(`a/${at}`, zeros(9))),
      ),
  ),
  refused(
    "archive: 60,000 entries",
    () =>
      archive(
        cardEntry(),
        ...Array.from({ length: 60_000 }, (_, at) => storeEntry(`${at}`, zeros(0))),
      ),
  ),
  refused("archive: it says 65,535 entries", () => ended(10, 0xff, 0xff)),
  refused("archive: it says more entries than it has", () => ended(10, 9, 0)),
  refused("archive: a directory before its start", () => ended(12, 0xff, 0xff, 0xff, 0x7f)),
  refused("archive: a directory behind its end", () => ended(16, 0xff, 0xff, 0xff, 0x7f)),
  refused("archive: a part of several", () => ended(4, 1, 0)),
  refused("archive: the card twice", () => archive(cardEntry(), evil())),
  refused("archive: the card encrypted", () => archive({ ...cardEntry(), flags: 1 })),
  refused("archive: the card packed by other means", () => archive({ ...cardEntry(), method: 14 })),
  refused("archive: the card with another checksum", () => archive({ ...cardEntry(), crc: 1 })),
  refused(
    "archive: the card's stream broken",
    () => archive({ ...cardEntry(), packed: deflateRawSync(jsonCard(card)).subarray(0, 40) }),
  ),
  refused("archive: the card a folder", () => archive(storeEntry("card.json/", zeros(0)))),
  refused(
    "archive: the card in other letters",
    () => archive(storeEntry("CARD.JSON", jsonCard(card))),
  ),
  refused("archive: nothing in it", () => archive()),
  refused("archive: 32 MB of its mark", () => {
    const marks = new Uint8Array(31_000_000);
    for (let at = 0; at < marks.length; at += 4) marks.set([0x50, 0x4b, 5, 6], at);
    return marks;
  }),
  reads("archive: another in its comment", () => {
    const inner = archive(evil());
    const outer = archive(cardEntry());
    const size = [inner.length & 0xff, inner.length >> 8];
    return concatBytes([changed(outer, -2, ...size), inner]);
  }),
];

export const cardFileCases: readonly HostileCard[] = [...pictures, ...archives];
