/**
 * What two people compare to know that they see the same keys of each other's devices: the
 * fingerprint of one device, and a code of two that is the same on both sides.
 *
 * The code is eight words of a list of 2,048 (88 bits), or thirty digits (99 bits), from
 * PBKDF2-HMAC-SHA-256. Why that many and why slowed down: decision 0038.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR30  Two devices have one safety code, whoever computes it; another key, another device or
 *         another room has another.
 *   CR31  A fingerprint names both public keys of a device.
 */

import { assert } from "../base/assert.ts";
import { slowHash } from "../base/slow-hash.ts";
import { sha256HexOf } from "../base/stable-key.ts";
import type { Bytes } from "../ports/crypto.ts";
import { concat, utf8 } from "./bytes.ts";
import { PUBLIC_KEY_BYTES } from "./room-keys.ts";
import { wordIndexesOf } from "./word-indexes.ts";

export interface DevicePublicKeys {
  readonly signKey: Bytes;
  readonly agreeKey: Bytes;
}

export interface SafetyCode {
  /** Places in a list of 2,048 words. */
  readonly wordIndexes: readonly number[];
  /** Six groups of five digits. */
  readonly digitGroups: readonly string[];
}

const WORDS = 8;
const DIGIT_GROUPS = 6;
const DIGIT_BYTES = 3;
const GROUP_DIGITS = 5;
/** 88 bits of words, then 18 bytes of digits. */
const DIGITS_AT = 11;
const CODE_BYTES = DIGITS_AT + DIGIT_GROUPS * DIGIT_BYTES;
/** 0.1 s on a laptop, one second on a slow phone. */
const ROUNDS = 2 ** 16;
const FINGERPRINT_HEX = 40;

/** 40 hex characters (160 bits). */
export function fingerprintOf(keys: DevicePublicKeys): string {
  return sha256HexOf(concat(utf8("conclave-fingerprint/1"), bothKeys(keys)))
    .slice(0, FINGERPRINT_HEX);
}

/** The order of the devices does not matter (CR30). Computes in slices, for a second at most. */
export async function safetyCodeOf(
  roomId: string,
  one: DevicePublicKeys,
  other: DevicePublicKeys,
): Promise<SafetyCode> {
  const [first, second] = [bothKeys(one), bothKeys(other)].toSorted(compareBytes);
  assert(first !== undefined && second !== undefined, "Cannot compare less than two devices");
  const salt = utf8(`conclave-safety-code/1|${roomId}`);
  const code = await slowHash(concat(first, second), salt, ROUNDS, CODE_BYTES);
  return {
    wordIndexes: wordIndexesOf(code.subarray(0, DIGITS_AT), WORDS),
    digitGroups: digitGroupsOf(code),
  };
}

/** Three bytes modulo 100,000: no group is over 0.6 % likelier than another. */
function digitGroupsOf(code: Uint8Array): readonly string[] {
  return Array.from({ length: DIGIT_GROUPS }, (_, group) => {
    const at = DIGITS_AT + group * DIGIT_BYTES;
    const value = code.subarray(at, at + DIGIT_BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
    return String(value % 10 ** GROUP_DIGITS).padStart(GROUP_DIGITS, "0");
  });
}

function bothKeys({ signKey, agreeKey }: DevicePublicKeys): Bytes {
  assert(
    signKey.length === PUBLIC_KEY_BYTES && agreeKey.length === PUBLIC_KEY_BYTES,
    `Cannot compare keys of ${signKey.length} and ${agreeKey.length} bytes: they have 32`,
  );
  return concat(signKey, agreeKey);
}

function compareBytes(one: Bytes, other: Bytes): number {
  for (const [at, byte] of one.entries()) {
    const difference = byte - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
