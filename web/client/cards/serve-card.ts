/** The worker's side of reading a card file: bytes in, a persona's proposal or a refusal out. */

import { err, ok } from "#shared/base/mod.ts";
import { cardLimits, proposePersona, readCardFile } from "#shared/personas/mod.ts";
import type { CardAnswer, CardRequest } from "./card-reader.ts";

export async function serveCard({ file, hue }: CardRequest): Promise<CardAnswer> {
  const bytesMax = cardLimits.fileBytesMax;
  if (file.size > bytesMax) {
    // Not even read into memory.
    return err({ kind: "card-file-too-large", bytes: file.size, bytesMax });
  }
  const bytes = await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => undefined, // NotReadableError, the one thing that reading a file rejects with.
  );
  if (bytes === undefined) return err({ kind: "card-file-unreadable" });
  const read = readCardFile(bytes);
  return read.ok ? ok({ proposal: proposePersona(read.value.card, hue), bytes }) : read;
}
