/** Token bucket: arithmetic on one small object, which its owner keeps. */

import type { MonotonicMs } from "#shared/base/mod.ts";

export interface Bucket {
  tokens: number;
  at: MonotonicMs;
}

export interface BucketRate {
  readonly burst: number;
  readonly perS: number;
}

/** A full bucket. */
export function createBucket(rate: BucketRate, now: MonotonicMs): Bucket {
  return { tokens: rate.burst, at: now };
}

/** Takes `tokens` if there are as many; otherwise changes nothing but the time it looked. */
export function takeTokens(
  bucket: Bucket,
  rate: BucketRate,
  tokens: number,
  now: MonotonicMs,
): boolean {
  refill(bucket, rate, now);
  if (bucket.tokens < tokens) return false;
  bucket.tokens -= tokens;
  return true;
}

/** Ms until one token will be there. */
export function msToToken(bucket: Bucket, rate: BucketRate): number {
  return Math.ceil(Math.max(0, 1 - bucket.tokens) * 1_000 / rate.perS);
}

/** True when forgetting the bucket loses nothing. */
export function isFull(bucket: Bucket, rate: BucketRate, now: MonotonicMs): boolean {
  refill(bucket, rate, now);
  return bucket.tokens >= rate.burst;
}

function refill(bucket: Bucket, rate: BucketRate, now: MonotonicMs): void {
  bucket.tokens = Math.min(rate.burst, bucket.tokens + (now - bucket.at) * rate.perS / 1_000);
  bucket.at = now;
}
