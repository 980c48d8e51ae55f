/** Reads a file of JSON lines piece by piece, so that the page stays usable. */

import { err, type Result } from "#shared/base/mod.ts";
import {
  createJsonlReader,
  type JsonlError,
  type JsonlMessage,
  type RoomFileError,
  roomTextLimits,
} from "#shared/hosting/mod.ts";

export type JsonlFileError = JsonlError | RoomFileError;

/** Whether a file begins as JSON lines do. */
export async function isJsonl(file: Blob): Promise<boolean> {
  const head = await file.slice(0, 64).text().catch(() => ""); // Unreadable: the other says so.
  return /^\ufeff?\s*\{/.test(head);
}

export async function readJsonlFile(
  file: Blob,
): Promise<Result<readonly JsonlMessage[], JsonlFileError>> {
  const bytesMax = roomTextLimits.fileBytesMax;
  if (file.size > bytesMax) return err({ kind: "room-file-too-large", bytes: file.size, bytesMax });
  const reader = createJsonlReader();
  const stream = file.stream().pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))
    .getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await stream.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : lines.pop() ?? "";
      for (const line of lines) {
        const pushed = reader.push(line);
        if (!pushed.ok) return pushed;
      }
      const isTooLong = rest.length > roomTextLimits.lineCharsMax;
      const pushed = isTooLong ? reader.push(rest) : undefined;
      if (pushed?.ok === false) return pushed;
      if (done) return reader.finish();
    }
  } catch (error) { // Not UTF-8, or the file went away while it was read.
    return err({ kind: "room-file-damaged", detail: String(error) });
  } finally {
    // What is left of a refused file is not read.
    void stream.cancel().catch(() => undefined);
  }
}
