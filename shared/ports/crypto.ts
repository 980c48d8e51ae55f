/**
 * Cryptography as a port: a small set of whole operations, each async because WebCrypto is.
 *
 * Two implementations keep one contract (shared/testing/contracts/crypto.contract.ts): WebCrypto
 * (shared/crypto/web-crypto.ts) and a deterministic suite for the simulator, which completes within
 * microtasks and protects nothing (D36).
 */

export type Bytes = Uint8Array<ArrayBuffer>;

declare const aead: unique symbol;
declare const signing: unique symbol;
declare const agreement: unique symbol;

/** Opaque and non-extractable; may be kept in IndexedDB. */
export interface AeadKey {
  readonly [aead]: true;
}
export interface SigningKey {
  readonly [signing]: true;
}
export interface AgreementKey {
  readonly [agreement]: true;
}

export interface Crypto {
  randomBytes(count: number): Bytes;
  sha256(data: Bytes): Promise<Bytes>;
  /** HKDF-SHA-256 with an empty salt; `info` as UTF-8. */
  hkdf(secret: Bytes, info: string, count: number): Promise<Bytes>;
  /** AES-256-GCM key of 32 bytes. */
  importAead(key: Bytes): Promise<AeadKey>;
  /** A fresh key that never leaves the platform. */
  generateAead(): Promise<AeadKey>;
  /** Ciphertext with its 16-byte tag. `nonce` is 12 bytes and never used twice with a key. */
  seal(key: AeadKey, nonce: Bytes, extra: Bytes, plain: Bytes): Promise<Bytes>;
  /** The plaintext, or undefined when anything was changed. */
  open(key: AeadKey, nonce: Bytes, extra: Bytes, sealed: Bytes): Promise<Bytes | undefined>;
  /** The Ed25519 pair of a 32-byte seed; the private half is not extractable. */
  signerFromSeed(seed: Bytes): Promise<{ readonly publicKey: Bytes; readonly key: SigningKey }>;
  generateSigner(): Promise<{ readonly publicKey: Bytes; readonly key: SigningKey }>;
  sign(key: SigningKey, data: Bytes): Promise<Bytes>;
  /** False for a wrong signature and for a public key that is none or of low order. */
  verify(publicKey: Bytes, signature: Bytes, data: Bytes): Promise<boolean>;
  /** X25519, announced from the first day: a later rotation seals to each device (D32). */
  generateAgreement(): Promise<{ readonly publicKey: Bytes; readonly key: AgreementKey }>;
  /** The X25519 pair of a 32-byte seed; the private half is not extractable. */
  agreementFromSeed(
    seed: Bytes,
  ): Promise<{ readonly publicKey: Bytes; readonly key: AgreementKey }>;
  /** The 32 bytes that two devices share; undefined for a key of low order or that is none. */
  agree(key: AgreementKey, publicKey: Bytes): Promise<Bytes | undefined>;
}
