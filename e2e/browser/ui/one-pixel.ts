/** A picture of one grey pixel, as an encoder wrote it. */
export function onePixel(): Uint8Array {
  const base64 =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
  return Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
}
