import { expect, test } from "vitest";
import { slowHash } from "./slow-hash.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

test("[CR30] what is slowed down is PBKDF2-HMAC-SHA-256, by the vectors of RFC 7914", async () => {
  expect(hex(await slowHash(utf8("passwd"), utf8("salt"), 1, 16)))
    .toBe("55ac046e56e3089fec1691c22544b605");
  expect(hex(await slowHash(utf8("Password"), utf8("NaCl"), 80_000, 16)))
    .toBe("4ddcd8f60b98be21830cee5ef22701f9");
});
