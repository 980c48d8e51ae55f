import { expect, test } from "vitest";
import { encodeHex } from "../testing/contracts/hex.ts";
import { createHmac } from "./keyed-hash.ts";

const encoder = new TextEncoder();

/** RFC 4231, cases 1, 2 and 6: a key of a block, a short one, one longer than a block. */
test.each([
  [
    new Uint8Array(20).fill(0x0b),
    "Hi There",
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    encoder.encode("Jefe"),
    "what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    new Uint8Array(131).fill(0xaa),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
])("a key's hash of a text is that of RFC 4231, each time", (key, text, hex) => {
  const hmac = createHmac(key);
  for (let time = 0; time < 2; time += 1) {
    expect(encodeHex(hmac(encoder.encode(text)))).toBe(hex);
  }
});
