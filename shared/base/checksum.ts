/**
 * A 53-bit checksum of a text, as hex: finds damage in a local cache of megabytes in milliseconds.
 * Not for anything an adversary could want to forge. Form: two multiply-xor lanes over UTF-16 code
 * units with a final avalanche, after "cyrb53" (public domain).
 */
export function checksum(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^
    Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^
    Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return ((low >>> 0) & 0x1fffff).toString(16).padStart(6, "0") +
    (high >>> 0).toString(16).padStart(8, "0");
}
