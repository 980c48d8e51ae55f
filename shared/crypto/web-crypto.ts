/**
 * The suite of every real platform: WebCrypto of browsers, Node 20, Deno and workerd.
 *
 * The one place of the core that names the platform (decision 0012). Keys are `CryptoKey`s behind
 * opaque types; private ones are not extractable.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR1  Every suite keeps one contract (shared/testing/contracts/crypto.contract.ts).
 *   CR2  Small-order keys and malformed keys verify nothing.
 *   CR24 A key of low order, or that is none, agrees to nothing.
 *   CR3  What a platform lacks is named before a room needs it.
 */

import { assert } from "../base/assert.ts";
import type { AeadKey, AgreementKey, Bytes, Crypto, SigningKey } from "../ports/crypto.ts";
import { decodeExactly } from "./base64url.ts";
import { concat, utf8 } from "./bytes.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./room-keys.ts";
import { isLowOrder, isSmallOrder } from "./small-order.ts";

/** What this module uses of `globalThis.crypto`. */
export interface CryptoPlatform {
  getRandomValues(bytes: Bytes): unknown;
  /** Undefined in a page that was not served securely. */
  readonly subtle?: SubtlePlatform | undefined;
}

declare const platformKey: unique symbol;
interface PlatformKey {
  readonly [platformKey]: true;
}
type Algorithm = string | { readonly name: string; readonly [field: string]: unknown };

export interface SubtlePlatform {
  digest(algorithm: string, data: Bytes): Promise<ArrayBuffer>;
  importKey(
    format: string,
    data: Bytes,
    algorithm: Algorithm,
    isExtractable: boolean,
    usages: readonly string[],
  ): Promise<PlatformKey>;
  exportKey(format: string, key: PlatformKey): Promise<unknown>;
  generateKey(
    algorithm: Algorithm,
    isExtractable: boolean,
    usages: readonly string[],
  ): Promise<unknown>;
  deriveBits(algorithm: Algorithm, key: PlatformKey, bits: number): Promise<ArrayBuffer>;
  sign(algorithm: Algorithm, key: PlatformKey, data: Bytes): Promise<ArrayBuffer>;
  verify(
    algorithm: Algorithm,
    key: PlatformKey,
    signature: Bytes,
    data: Bytes,
  ): Promise<boolean>;
  encrypt(algorithm: Algorithm, key: PlatformKey, data: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: Algorithm, key: PlatformKey, data: Bytes): Promise<ArrayBuffer>;
}

/** PKCS#8 around a raw private key (RFC 8410): WebCrypto takes one in no simpler form. */
const pkcs8Prefix = (algorithm: number): Bytes =>
  Uint8Array.of(
    ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06],
    ...[0x03, 0x2b, 0x65, algorithm, 0x04, 0x22, 0x04, 0x20],
  );
const PKCS8_PREFIX = { Ed25519: pkcs8Prefix(0x70), X25519: pkcs8Prefix(0x6e) };
const SEED_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The platform's suite. Throws a Defect where {@link findMissingAlgorithms} names anything. */
export function createWebCrypto(platform: CryptoPlatform | undefined = ambientCrypto()): Crypto {
  const subtle = platform?.subtle;
  assert(
    platform !== undefined && subtle !== undefined,
    "Cannot create WebCrypto: the platform offers none",
  );
  return {
    randomBytes: (count) => {
      const bytes = new Uint8Array(count);
      platform.getRandomValues(bytes);
      return bytes;
    },
    sha256: async (data) => new Uint8Array(await subtle.digest("SHA-256", data)),
    ...createDerivation(subtle),
    ...createAead(subtle),
    ...createSigning(subtle),
    ...createAgreement(subtle),
  };
}

/**
 * The first algorithm that shared rooms need and this platform lacks (`WebCrypto`, `Ed25519`,
 * `X25519` or `AES-GCM`), or undefined when it has all (CR3).
 */
export async function findMissingAlgorithms(
  platform: CryptoPlatform | undefined = ambientCrypto(),
): Promise<string | undefined> {
  if (platform?.subtle === undefined) return "WebCrypto";
  const crypto = createWebCrypto(platform);
  const trials: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["AES-GCM", () => crypto.generateAead()],
    ["Ed25519", () => crypto.signerFromSeed(new Uint8Array(SEED_BYTES))],
    ["X25519", () => crypto.generateAgreement()],
  ];
  for (const [name, trial] of trials) {
    try {
      await trial();
    } catch { // NotSupportedError, or whatever an older platform says.
      return name;
    }
  }
  return undefined;
}

function createDerivation(subtle: SubtlePlatform): Pick<Crypto, "hkdf"> {
  return {
    async hkdf(secret, info, count) {
      const key = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
      const salt = new Uint8Array(0);
      const algorithm = { name: "HKDF", hash: "SHA-256", salt, info: utf8(info) };
      return new Uint8Array(await subtle.deriveBits(algorithm, key, count * 8));
    },
  };
}

type Aead = Pick<Crypto, "importAead" | "generateAead" | "seal" | "open">;

function createAead(subtle: SubtlePlatform): Aead {
  const usages = ["encrypt", "decrypt"];
  const parameters = (nonce: Bytes, extra: Bytes): Algorithm => {
    assert(nonce.length === NONCE_BYTES, `Cannot use a nonce of ${nonce.length} bytes`);
    return { name: "AES-GCM", iv: nonce, additionalData: extra, tagLength: TAG_BYTES * 8 };
  };
  return {
    async importAead(key) {
      assert(key.length === 32, `Cannot import an AEAD key of ${key.length} bytes`);
      const imported = await subtle.importKey("raw", key, "AES-GCM", false, usages);
      return imported as unknown as AeadKey;
    },
    async generateAead() {
      const algorithm = { name: "AES-GCM", length: 256 };
      return await subtle.generateKey(algorithm, false, usages) as AeadKey;
    },
    async seal(key, nonce, extra, plain) {
      const algorithm = parameters(nonce, extra);
      const sealed = await subtle.encrypt(algorithm, key as unknown as PlatformKey, plain);
      return new Uint8Array(sealed);
    },
    async open(key, nonce, extra, sealed) {
      if (sealed.length < TAG_BYTES) return undefined;
      const algorithm = parameters(nonce, extra);
      try {
        const plain = await subtle.decrypt(algorithm, key as unknown as PlatformKey, sealed);
        return new Uint8Array(plain);
      } catch { // OperationError: the tag does not match. Nothing else can be wrong by now.
        return undefined;
      }
    },
  };
}

type Signing = Pick<Crypto, "signerFromSeed" | "generateSigner" | "sign" | "verify">;

function createSigning(subtle: SubtlePlatform): Signing {
  return {
    async signerFromSeed(seed) {
      assert(seed.length === SEED_BYTES, `Cannot make a signer of a ${seed.length}-byte seed`);
      const { publicKey, key } = await pairFromSeed(subtle, "Ed25519", seed, ["sign"]);
      return { publicKey, key: key as unknown as SigningKey };
    },
    async generateSigner() {
      const pair = await generatePair(subtle, "Ed25519", ["sign", "verify"]);
      return { publicKey: pair.publicKey, key: pair.key as unknown as SigningKey };
    },
    async sign(key, data) {
      const signature = await subtle.sign("Ed25519", key as unknown as PlatformKey, data);
      return new Uint8Array(signature);
    },
    async verify(publicKey, signature, data) {
      if (publicKey.length !== PUBLIC_KEY_BYTES || isSmallOrder(publicKey)) return false;
      if (signature.length !== SIGNATURE_BYTES) return false;
      try {
        const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
        return await subtle.verify("Ed25519", key, signature, data);
      } catch { // DataError or OperationError: 32 bytes that are no point of the curve.
        return false;
      }
    },
  };
}

type Agreement = Pick<Crypto, "generateAgreement" | "agreementFromSeed" | "agree">;

function createAgreement(subtle: SubtlePlatform): Agreement {
  return {
    async generateAgreement() {
      const pair = await generatePair(subtle, "X25519", ["deriveBits"]);
      return { publicKey: pair.publicKey, key: pair.key as unknown as AgreementKey };
    },
    async agreementFromSeed(seed) {
      assert(seed.length === SEED_BYTES, `Cannot make a key of a ${seed.length}-byte seed`);
      const { publicKey, key } = await pairFromSeed(subtle, "X25519", seed, ["deriveBits"]);
      return { publicKey, key: key as unknown as AgreementKey };
    },
    async agree(key, publicKey) {
      // CR24: platforms differ in what they refuse.
      if (publicKey.length !== PUBLIC_KEY_BYTES || isLowOrder(publicKey)) return undefined;
      const other = await subtle.importKey("raw", publicKey, "X25519", false, []);
      const algorithm = { name: "X25519", public: other };
      return new Uint8Array(
        await subtle.deriveBits(algorithm, key as unknown as PlatformKey, PUBLIC_KEY_BYTES * 8),
      );
    },
  };
}

async function pairFromSeed(
  subtle: SubtlePlatform,
  name: keyof typeof PKCS8_PREFIX,
  seed: Bytes,
  usages: readonly string[],
): Promise<{ readonly publicKey: Bytes; readonly key: PlatformKey }> {
  const pkcs8 = concat(PKCS8_PREFIX[name], seed);
  // Extractable for a moment: the public half is only told by an export of both.
  const open = await subtle.importKey("pkcs8", pkcs8, name, true, usages);
  const { x } = await subtle.exportKey("jwk", open) as { readonly x?: string };
  const publicKey = decodeExactly(x ?? "", PUBLIC_KEY_BYTES);
  assert(publicKey !== undefined, `Cannot read the public key of ${name} from its JWK`);
  const key = await subtle.importKey("pkcs8", pkcs8, name, false, usages);
  pkcs8.fill(0);
  return { publicKey, key };
}

async function generatePair(
  subtle: SubtlePlatform,
  name: string,
  usages: readonly string[],
): Promise<{ readonly publicKey: Bytes; readonly key: PlatformKey }> {
  const pair = await subtle.generateKey({ name }, false, usages) as {
    readonly publicKey: PlatformKey;
    readonly privateKey: PlatformKey;
  };
  const raw = await subtle.exportKey("raw", pair.publicKey) as ArrayBuffer;
  return { publicKey: new Uint8Array(raw), key: pair.privateKey };
}

function ambientCrypto(): CryptoPlatform | undefined {
  return (globalThis as { readonly crypto?: unknown }).crypto as CryptoPlatform | undefined;
}
