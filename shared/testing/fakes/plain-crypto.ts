/**
 * The simulator's suite: deterministic, done within microtasks, and protecting nothing (D36).
 *
 * Hashes and derivation are the real ones, so ids agree with the platform's suite. Sealed text is
 * scrambled, so that a test can look for plaintext where there must be none. Anybody can sign as
 * anybody: a signature is a hash of the public key and the data. Two keys agree to a hash of both
 * public ones.
 */

import { assert } from "../../base/assert.ts";
import { createHmac } from "../../base/keyed-hash.ts";
import { sha256Bytes } from "../../base/stable-key.ts";
import { concat, isEqual, utf8 } from "../../crypto/bytes.ts";
import { isLowOrder, isSmallOrder } from "../../crypto/small-order.ts";
import type { AeadKey, AgreementKey, Bytes, Crypto, SigningKey } from "../../ports/crypto.ts";
import type { Random } from "../../ports/random.ts";
import { encodeHex } from "../contracts/hex.ts";

const TAG_BYTES = 16;

/** Every secret, page and key comes from `random`: one seed, one run. */
export function createPlainCrypto(random: Random): Crypto {
  const randomBytes = (count: number): Bytes =>
    Uint8Array.from({ length: count }, () => Math.floor(random.next() * 256));
  const signerFromSeed = (seed: Bytes) => {
    assert(seed.length === 32, `Cannot make a signer of a ${seed.length}-byte seed`);
    const publicKey = sha256Bytes(concat(utf8("plain-signer"), seed));
    return Promise.resolve({ publicKey, key: opaque<SigningKey>(publicKey) });
  };
  const agreementFromSeed = (seed: Bytes) => {
    assert(seed.length === 32, `Cannot make a key of a ${seed.length}-byte seed`);
    const publicKey = sha256Bytes(concat(utf8("plain-agreement"), seed));
    return Promise.resolve({ publicKey, key: opaque<AgreementKey>(publicKey) });
  };
  return {
    randomBytes,
    sha256: (data) => Promise.resolve(sha256Bytes(data)),
    hkdf: (secret, info, count) => Promise.resolve(hkdf(secret, info, count)),
    importAead(key) {
      assert(key.length === 32, `Cannot import an AEAD key of ${key.length} bytes`);
      return Promise.resolve(opaque<AeadKey>(key.slice()));
    },
    generateAead: () => Promise.resolve(opaque<AeadKey>(randomBytes(32))),
    seal(key, nonce, extra, plain) {
      const text = scramble(bytesOf(key), nonce, plain);
      return Promise.resolve(concat(text, tagOf(bytesOf(key), nonce, extra, text)));
    },
    open(key, nonce, extra, sealed) {
      if (sealed.length < TAG_BYTES) return Promise.resolve(undefined);
      const text = sealed.subarray(0, sealed.length - TAG_BYTES);
      const isWhole = isEqual(
        tagOf(bytesOf(key), nonce, extra, text),
        sealed.subarray(text.length),
      );
      return Promise.resolve(isWhole ? scramble(bytesOf(key), nonce, text) : undefined);
    },
    signerFromSeed,
    generateSigner: () => signerFromSeed(randomBytes(32)),
    sign: (key, data) => Promise.resolve(signatureOf(bytesOf(key), data)),
    verify(publicKey, signature, data) {
      if (publicKey.length !== 32 || isSmallOrder(publicKey)) return Promise.resolve(false);
      return Promise.resolve(isEqual(signature, signatureOf(publicKey, data)));
    },
    generateAgreement: () => agreementFromSeed(randomBytes(32)),
    agreementFromSeed,
    agree(key, publicKey) {
      if (publicKey.length !== 32 || isLowOrder(publicKey)) return Promise.resolve(undefined);
      const both = [bytesOf(key), publicKey].map(encodeHex).toSorted().join("|");
      return Promise.resolve(sha256Bytes(utf8(`plain-agreed|${both}`)));
    },
  };
}

/** An object, as platforms' keys are; plain data, so that a fake database can clone it. */
interface PlainKey {
  readonly plain: Bytes;
}
const opaque = <K>(plain: Bytes): K => ({ plain }) as unknown as K;
const bytesOf = (key: AeadKey | AgreementKey | SigningKey): Bytes =>
  (key as unknown as PlainKey).plain;

function hmac(key: Bytes, data: Bytes): Bytes {
  return createHmac(key)(data);
}

/** RFC 5869 with an empty salt. */
function hkdf(secret: Bytes, info: string, count: number): Bytes {
  const extracted = hmac(new Uint8Array(32), secret);
  const blocks: Bytes[] = [];
  for (let made = 0; made < count; made += 32) {
    const before = blocks.at(-1) ?? new Uint8Array(0);
    blocks.push(hmac(extracted, concat(before, utf8(info), Uint8Array.of(blocks.length + 1))));
  }
  return concat(...blocks).slice(0, count);
}

function tagOf(key: Bytes, nonce: Bytes, extra: Bytes, text: Bytes): Bytes {
  assert(nonce.length === 12, `Cannot use a nonce of ${nonce.length} bytes`);
  const length = utf8(`${extra.length}|`);
  return hmac(key, concat(utf8("tag"), nonce, length, extra, text)).slice(0, TAG_BYTES);
}

/** Exclusive or with a stream that key and nonce give; applied twice it undoes itself. */
function scramble(key: Bytes, nonce: Bytes, text: Bytes): Bytes {
  const seed = new DataView(hmac(key, concat(utf8("stream"), nonce)).buffer);
  // Never zero, where xorshift would stay.
  let word = seed.getUint32(0) | 1;
  return text.map((byte) => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return byte ^ (word & 0xff);
  });
}

/** 64 bytes, as Ed25519 has. */
function signatureOf(publicKey: Bytes, data: Bytes): Bytes {
  return concat(
    hmac(publicKey, concat(Uint8Array.of(0), data)),
    hmac(publicKey, concat(Uint8Array.of(1), data)),
  );
}
