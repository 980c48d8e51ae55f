/**
 * The crypto contract: every suite (the platform's, the simulator's) passes it.
 *
 * Rules (shared/SPEC.md, section CR): CR1, CR2, CR24.
 */

import { fc } from "../properties.ts";
import { decodeHex, encodeHex } from "./hex.ts";
import type { Bytes, Crypto } from "../../ports/crypto.ts";
import { type ContractCase, same } from "./contract-case.ts";

const EMPTY: Bytes = new Uint8Array(0);
const text = (value: string): Bytes => new TextEncoder().encode(value);
const nonceOf = (counter: number): Bytes => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, counter);

function contractCase(
  title: string,
  check: (crypto: Crypto, runs: number) => Promise<void>,
): ContractCase<Crypto> {
  return { title, run: async (make, runs) => await check(await make(), runs) };
}

const bytes = (lengthMax: number) =>
  fc.uint8Array({ maxLength: lengthMax }).map((value) => Uint8Array.from(value));

/** Every text that differs from `whole` in one bit. */
function* flips(whole: Bytes): Generator<Bytes> {
  for (let bit = 0; bit < whole.length * 8; bit += 1) {
    const flipped = whole.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield flipped;
  }
}

const derivation: readonly ContractCase<Crypto>[] = [
  contractCase("[CR1] hashes and derived keys are the same in every suite", async (crypto) => {
    const hex = async (value: Promise<Bytes>): Promise<string> => encodeHex(await value);
    same(
      await hex(crypto.sha256(text("abc"))),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "SHA-256 (FIPS 180-2, B.1)",
    );
    same(
      await hex(crypto.hkdf(decodeHex("0b".repeat(22)), "", 42)),
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d" +
        "9d201395faa4b61a96c8",
      "HKDF-SHA-256 (RFC 5869, case 3)",
    );
  }),
  contractCase(
    "[CR1] derived keys have the length asked for and differ by info",
    async (crypto) => {
      const secret = crypto.randomBytes(32);
      same((await crypto.hkdf(secret, "a", 16)).length, 16, "length");
      const [a, b] = [await crypto.hkdf(secret, "a", 32), await crypto.hkdf(secret, "b", 32)];
      same(encodeHex(a) === encodeHex(b), false, "equal for two infos");
    },
  ),
  contractCase("[CR1] random bytes are as many as asked for and do not repeat", async (crypto) => {
    await Promise.resolve();
    const drawn = [crypto.randomBytes(16), crypto.randomBytes(16)];
    same(drawn.map((each) => each.length), [16, 16], "lengths");
    same(new Set(drawn.map(encodeHex)).size, 2, "different draws");
  }),
];

const sealing: readonly ContractCase<Crypto>[] = [
  contractCase(
    "[CR1] what was sealed opens, and only with its key, nonce and extra data",
    async (crypto, runs) => {
      const own = await crypto.importAead(crypto.randomBytes(32));
      const other = await crypto.generateAead();
      await fc.assert(
        fc.asyncProperty(bytes(200), bytes(40), async (plain, extra) => {
          const sealed = await crypto.seal(own, nonceOf(1), extra, plain);
          same(sealed.length, plain.length + 16, "length");
          const opened = await crypto.open(own, nonceOf(1), extra, sealed);
          same(opened && encodeHex(opened), encodeHex(plain), "opened");
          const longer = Uint8Array.of(...extra, 0);
          same(await crypto.open(other, nonceOf(1), extra, sealed), undefined, "another key");
          same(await crypto.open(own, nonceOf(2), extra, sealed), undefined, "another nonce");
          same(await crypto.open(own, nonceOf(1), longer, sealed), undefined, "other extra data");
        }),
        { numRuns: runs },
      );
    },
  ),
  contractCase(
    "[CR1] a sealed text with any bit changed, or cut short, does not open",
    async (crypto) => {
      const key = await crypto.generateAead();
      const sealed = await crypto.seal(key, nonceOf(0), EMPTY, text("hello"));
      for (const flipped of flips(sealed)) {
        same(await crypto.open(key, nonceOf(0), EMPTY, flipped), undefined, "flipped");
      }
      for (let length = 0; length < sealed.length; length += 1) {
        const cut = sealed.subarray(0, length);
        same(await crypto.open(key, nonceOf(0), EMPTY, cut), undefined, `cut to ${length}`);
      }
    },
  ),
];

const signing: readonly ContractCase<Crypto>[] = [
  contractCase("[CR1] a signature holds for its key and its text alone", async (crypto, runs) => {
    const [one, two] = [await crypto.generateSigner(), await crypto.generateSigner()];
    await fc.assert(
      fc.asyncProperty(bytes(60), async (data) => {
        const signature = await crypto.sign(one.key, data);
        same(signature.length, 64, "length");
        same(await crypto.verify(one.publicKey, signature, data), true, "own");
        same(await crypto.verify(two.publicKey, signature, data), false, "another key");
        const longer = Uint8Array.of(...data, 0);
        same(await crypto.verify(one.publicKey, signature, longer), false, "another text");
      }),
      { numRuns: runs },
    );
  }),
  contractCase("[CR1] a signature with any bit changed does not hold", async (crypto) => {
    const { publicKey, key } = await crypto.generateSigner();
    for (const flipped of flips(await crypto.sign(key, text("hello")))) {
      same(await crypto.verify(publicKey, flipped, text("hello")), false, "flipped");
    }
  }),
  contractCase("[CR1] a seed gives the same pair again", async (crypto) => {
    const seed = crypto.randomBytes(32);
    const [one, two] = [await crypto.signerFromSeed(seed), await crypto.signerFromSeed(seed)];
    same(encodeHex(one.publicKey), encodeHex(two.publicKey), "public key");
    const signature = await crypto.sign(one.key, text("hello"));
    same(await crypto.verify(two.publicKey, signature, text("hello")), true, "holds");
  }),
  contractCase("[CR1] agreement keys are 32 bytes and fresh", async (crypto) => {
    const [one, two] = [await crypto.generateAgreement(), await crypto.generateAgreement()];
    same([one.publicKey.length, two.publicKey.length], [32, 32], "lengths");
    same(encodeHex(one.publicKey) === encodeHex(two.publicKey), false, "equal");
  }),
  contractCase("[CR2] keys and signatures of a wrong length verify nothing", async (crypto) => {
    const { publicKey, key } = await crypto.generateSigner();
    const signature = await crypto.sign(key, EMPTY);
    for (const length of [0, 1, 31, 33, 64]) {
      const wrong = new Uint8Array(length).fill(9);
      same(await crypto.verify(wrong, signature, EMPTY), false, `key of ${length}`);
    }
    for (const length of [0, 32, 63, 65]) {
      const wrong = new Uint8Array(length);
      same(await crypto.verify(publicKey, wrong, EMPTY), false, `signature of ${length}`);
    }
  }),
  contractCase("[CR2] a key of small order verifies nothing", async (crypto) => {
    const forged = new Uint8Array(64);
    forged[0] = 1;
    for (const hex of SMALL_ORDER_KEYS) {
      for (const signature of [forged, new Uint8Array(64)]) {
        same(await crypto.verify(decodeHex(hex), signature, EMPTY), false, hex);
      }
    }
  }),
];

const agreeing: readonly ContractCase<Crypto>[] = [
  contractCase("[CR1] two keys agree to the same 32 bytes, others to others", async (crypto) => {
    const [one, two] = [await crypto.generateAgreement(), await crypto.generateAgreement()];
    const seed = crypto.randomBytes(32);
    const [three, again] = [
      await crypto.agreementFromSeed(seed),
      await crypto.agreementFromSeed(seed),
    ];
    same(encodeHex(three.publicKey), encodeHex(again.publicKey), "one seed, one pair");
    const hex = async (key: typeof one.key, publicKey: Bytes): Promise<string> => {
      const agreed = await crypto.agree(key, publicKey);
      return agreed === undefined ? "nothing" : encodeHex(agreed);
    };
    const agreed = await hex(one.key, two.publicKey);
    same(agreed.length, 64, "length");
    same(await hex(two.key, one.publicKey), agreed, "the other side");
    same(await hex(three.key, one.publicKey), await hex(one.key, again.publicKey), "of a seed");
    same(await hex(three.key, two.publicKey) === agreed, false, "another key");
  }),
  contractCase(
    "[CR24] a key of low order, or of a wrong length, agrees to nothing",
    async (crypto) => {
      const { key } = await crypto.generateAgreement();
      for (const hex of LOW_ORDER_KEYS) {
        same(await crypto.agree(key, decodeHex(hex)), undefined, hex);
      }
      for (const length of [0, 31, 33]) {
        same(await crypto.agree(key, new Uint8Array(length).fill(9)), undefined, `of ${length}`);
      }
    },
  ),
];

/** X25519, with the top bit that says nothing and without (RFC 7748, section 5). */
const LOW_ORDER_KEYS: readonly string[] = [
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(31)}`,
];

/** Written out, sign bits and all: as strangers send them. */
export const SMALL_ORDER_KEYS: readonly string[] = [
  `01${"00".repeat(31)}`,
  `01${"00".repeat(30)}80`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  `ec${"ff".repeat(30)}7f`,
  `ec${"ff".repeat(31)}`,
  `ed${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(31)}`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(31)}`,
];

export const cryptoContract: readonly ContractCase<Crypto>[] = [
  ...derivation,
  ...sealing,
  ...signing,
  ...agreeing,
];
