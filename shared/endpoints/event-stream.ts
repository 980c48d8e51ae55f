/**
 * Server-sent events from bytes, by the WHATWG "event stream" grammar, for streams that end.
 *
 * Owns the bytes of a line and an event that are not complete. Does not own what the data means
 * (chat-chunk.ts). `id` and `retry` are read over: nobody reconnects into a reply.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN30  A reply's stream is read wherever its bytes are cut, with any line end and with comments;
 *         an event above `eventCharsMax` is refused by name.
 */

import { err, ok, type Result } from "../base/mod.ts";

export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly name: string;
  readonly data: string;
}

export interface EventTooLong {
  readonly kind: "event-too-long";
  readonly charsMax: number;
}

export interface EventReader {
  /** The events that these bytes complete. After a refusal the reader must not be used. */
  push(bytes: Uint8Array): Result<readonly StreamEvent[], EventTooLong>;
}

export function createEventReader(charsMax: number): EventReader {
  const decoder = new TextDecoder(); // Takes the mark at the start off; bad bytes become U+FFFD.
  let rest = "";
  let name = "";
  let data: string[] = [];
  let dataChars = 0;
  /** The last character was CR: a line feed that follows belongs to it. */
  let endedInCr = false;

  const takeLine = (line: string): StreamEvent | undefined => {
    if (line === "") {
      const event = { name: name === "" ? "message" : name, data: data.join("\n") };
      const isEmpty = data.length === 0;
      name = "";
      data = [];
      dataChars = 0;
      return isEmpty ? undefined : event;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon); // "" is a comment
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    if (field === "data") {
      data.push(value);
      dataChars += value.length + 1;
    }
    return undefined;
  };

  return {
    push(bytes) {
      let text = decoder.decode(bytes, { stream: true });
      if (endedInCr && text.startsWith("\n")) text = text.slice(1);
      if (text !== "") endedInCr = text.endsWith("\r");
      const lines = (rest + text).split(/\r\n|\r|\n/);
      rest = lines.pop() ?? "";
      const events: StreamEvent[] = [];
      for (const line of lines) {
        if (line.length + dataChars > charsMax) return err({ kind: "event-too-long", charsMax });
        const event = takeLine(line);
        if (event !== undefined) events.push(event);
      }
      return rest.length + dataChars > charsMax
        ? err({ kind: "event-too-long", charsMax })
        : ok(events);
    },
  };
}
