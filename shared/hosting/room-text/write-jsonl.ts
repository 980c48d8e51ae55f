/**
 * A room's messages as JSON lines, for other programs. Pure.
 *
 * One message a line, in order, UTF-8. Fields, of which those that say nothing are left out:
 *   id        its place in the room's log, an integer; negative for what is from before the log
 *   at        when it was said, ISO 8601 in UTC
 *   author    the name of who said it        authorId  the same for all messages of one speaker
 *   kind      "person" or "persona"
 *   text      as it was written
 *   model     of a persona: the model's id   host      and the device that it ran on, by name
 *   turn      the id of the message, or the place, that opened the turn it belongs to
 *   replyTo   the id of the message that it answers
 *   edited, stopped, aside   true where it was changed, cut off by a stop, set aside by a rewind
 *   images    names and descriptions of its pictures; their bytes are not in the file
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY223 A room written as JSON lines has each of its messages on one line, in order, with the
 *         documented fields and no others.
 */

import type { RoomState } from "../../room/room-state.ts";
import { factsOf, type MessageFacts } from "./message-facts.ts";

/**
 * A line for each message, with its line break. `device`: what this device is called in the room,
 * and `own`, what it is called in its own rooms: an import here knows its person again.
 */
export function* jsonlLines(state: RoomState, device: string, own: string): Generator<string> {
  for (const message of state.messages) {
    const line = lineOf(factsOf(state, message), (id) => id === device ? own : id);
    yield `${JSON.stringify(line)}\n`;
  }
}

function lineOf({ message, name, attempt, host }: MessageFacts, to: (id: string) => string) {
  const { seq, at, author, kind, text, turn, replyTo, edited, stopped, aside, images } = message;
  return { // SY223; what is undefined is no field of JSON
    id: seq,
    at: new Date(at).toISOString(),
    author: name,
    authorId: kind === "person" ? to(author) : author,
    kind,
    text,
    model: attempt?.modelId,
    host,
    turn,
    replyTo,
    edited: edited || undefined,
    stopped: stopped || undefined,
    aside: aside || undefined,
    images: images?.map(({ alt }, index) => ({ name: imageName(seq, index), alt })),
  };
}

/** A picture has no name of its own: what it is called in texts. */
export function imageName(seq: number, index: number): string {
  return `picture-${seq}-${index + 1}.jpg`;
}
