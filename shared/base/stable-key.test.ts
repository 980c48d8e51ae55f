import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { checksum } from "./checksum.ts";
import { sha256Hex, stableKey } from "./stable-key.ts";

const ROOM = "aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa";
const MESSAGE = "bbbbbbbb-bbbb-4bbb-bbbb-bbbbbbbbbbbb";
const TEXT = "explain the smoke failure";

test.each<[title: string, parts: string[], key: string]>([
  ["turn key", ["turn", ROOM, MESSAGE, "1778200000", TEXT], "2f6ee80e03b41c4dbcbbaced"],
  ["no message", ["turn", ROOM, "no-message-id", "1778200000", TEXT], "0a25e858a02ce49adf0c6487"],
  [
    "shared source",
    ["shared-rag", "2f6ee80e03b41c4dbcbbaced", "conversation-history"],
    "8ecaac40676a2be1fefafadb",
  ],
])("[BA1] the stable key of the study's vector: %s", (_title, parts, key) => {
  expect(stableKey(parts)).toBe(key);
});

test("[BA1] a stable key tells apart how the same text is cut into parts", () => {
  expect(stableKey(["ab", "c"])).not.toBe(stableKey(["a", "bc"]));
});

test("[BA2] canonical JSON is independent of the order in which members were set", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
    const reversed = Object.fromEntries(Object.entries(members).reverse());
    expect(canonicalJson(reversed)).toBe(canonicalJson(members));
    expect(JSON.parse(canonicalJson(members))).toEqual({ ...members });
  }));
});

test("[BA2] canonical JSON refuses what peers could render differently", () => {
  expect(() => canonicalJson(0.5)).toThrow("integers only");
  expect(() => canonicalJson(undefined)).toThrow();
});

test("[BA2] sha256Hex is SHA-256", () => {
  expect(sha256Hex("abc")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("[BA3] a checksum changes with any one character", () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, at) => {
    const index = at % text.length;
    const changed = text.slice(0, index) +
      String.fromCharCode(text.charCodeAt(index) ^ 1) + text.slice(index + 1);
    expect(checksum(changed)).not.toBe(checksum(text));
    expect(checksum(text)).toMatch(/^[0-9a-f]{14}$/);
  }));
});
