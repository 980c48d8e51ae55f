export * from "./brands.ts";
export { assert, Defect, unreachable } from "./assert.ts";
export { canonicalJson } from "./canonical-json.ts";
export { createHmac } from "./keyed-hash.ts";
export { err, ok, type Result } from "./result.ts";
export { createSha256, sha256Bytes, sha256Hex, sha256HexOf, stableKey } from "./stable-key.ts";
export {
  type BoundedQueue,
  createBoundedQueue,
  type FullPolicy,
  type PushResult,
} from "./bounded-queue.ts";
export { createLatch, type Latch } from "./latch.ts";
export { type Branch, raceFirst, raceSignal } from "./race.ts";
export { createScope, type Scope } from "./scope.ts";
