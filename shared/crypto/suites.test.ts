import { expect, test } from "vitest";
import { SMALL_ORDER_KEYS } from "../testing/contracts/crypto.contract.ts";
import { describeCryptoContract } from "../testing/contracts/describe-contract.ts";
import { decodeHex, encodeHex } from "../testing/contracts/hex.ts";
import { createPlainCrypto } from "../testing/fakes/plain-crypto.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import { isSmallOrder } from "./small-order.ts";
import { createWebCrypto, type CryptoPlatform, findMissingAlgorithms } from "./web-crypto.ts";

describeCryptoContract("the platform's suite", () => Promise.resolve(createWebCrypto()));
describeCryptoContract(
  "the simulator's suite",
  () => Promise.resolve(createPlainCrypto(new SeededRandom("plain"))),
);

/** The order of the group of Ed25519 signatures. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

test("[CR1] Ed25519 agrees with RFC 8032, test 2", async () => {
  const crypto = createWebCrypto();
  const seed = decodeHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const { publicKey, key } = await crypto.signerFromSeed(seed);
  expect(encodeHex(publicKey)).toBe(
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  );
  expect(encodeHex(await crypto.sign(key, Uint8Array.of(0x72)))).toBe(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  );
});

test("[CR2] a signature whose scalar is beyond the group's order does not hold", async () => {
  const crypto = createWebCrypto();
  const { publicKey, key } = await crypto.generateSigner();
  const signature = await crypto.sign(key, new Uint8Array(3));
  const forged = signature.slice();
  let scalar = ORDER;
  for (let at = 31; at >= 0; at -= 1) scalar += BigInt(signature[32 + at] ?? 0) << BigInt(8 * at);
  for (let at = 0; at < 32; at += 1) forged[32 + at] = Number((scalar >> BigInt(8 * at)) & 255n);
  expect(await crypto.verify(publicKey, signature, new Uint8Array(3))).toBe(true);
  expect(await crypto.verify(publicKey, forged, new Uint8Array(3))).toBe(false);
});

test("[CR2] the table of small order holds what strangers send and no honest key", async () => {
  expect(SMALL_ORDER_KEYS.filter((hex) => !isSmallOrder(decodeHex(hex)))).toEqual([]);
  const crypto = createWebCrypto();
  expect(isSmallOrder((await crypto.generateSigner()).publicKey)).toBe(false);
});

test("[CR3] a platform with everything lacks nothing", async () => {
  expect(await findMissingAlgorithms()).toBeUndefined();
});

test("[CR3] the missing algorithm is named", async () => {
  const real = globalThis.crypto as unknown as CryptoPlatform;
  const { subtle } = real;
  if (subtle === undefined) throw new Error("Cannot test: no WebCrypto here");
  const refuse = (name: string): CryptoPlatform => ({
    getRandomValues: (bytes) => real.getRandomValues(bytes),
    subtle: {
      digest: (...args) => subtle.digest(...args),
      exportKey: (...args) => subtle.exportKey(...args),
      deriveBits: (...args) => subtle.deriveBits(...args),
      sign: (...args) => subtle.sign(...args),
      verify: (...args) => subtle.verify(...args),
      encrypt: (...args) => subtle.encrypt(...args),
      decrypt: (...args) => subtle.decrypt(...args),
      importKey: (...args) =>
        args[2] === name ? Promise.reject(new Error("unknown")) : subtle.importKey(...args),
      generateKey: (...args) => {
        const asked = typeof args[0] === "string" ? args[0] : args[0].name;
        return asked === name ? Promise.reject(new Error("unknown")) : subtle.generateKey(...args);
      },
    },
  });
  expect(await findMissingAlgorithms(refuse("Ed25519"))).toBe("Ed25519");
  expect(await findMissingAlgorithms(refuse("X25519"))).toBe("X25519");
  expect(await findMissingAlgorithms(refuse("AES-GCM"))).toBe("AES-GCM");
  expect(await findMissingAlgorithms({ getRandomValues: () => undefined })).toBe("WebCrypto");
});

test("[CR1] private keys of the platform cannot be exported", async () => {
  const crypto = createWebCrypto();
  const made = [
    await crypto.generateAead(),
    await crypto.importAead(new Uint8Array(32)),
    (await crypto.generateSigner()).key,
    (await crypto.signerFromSeed(new Uint8Array(32))).key,
    (await crypto.generateAgreement()).key,
  ];
  expect(made.map((key) => (key as unknown as { extractable: boolean }).extractable))
    .toEqual([false, false, false, false, false]);
});
