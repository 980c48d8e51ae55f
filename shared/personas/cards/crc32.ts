let table: Uint32Array | undefined;

/** Made at the first use: whoever reads no card pays nothing. */
function crcTable(): Uint32Array {
  if (table !== undefined) return table;
  table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    }
    table[byte] = value;
  }
  return table;
}

/** CRC-32 of PNG and ZIP (ISO 3309, reflected), 0 to 2^32 - 1. */
export function crc32(...parts: readonly Uint8Array[]): number {
  const entries = crcTable();
  let crc = 0xffffffff;
  for (const part of parts) {
    for (const byte of part) crc = (entries[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
