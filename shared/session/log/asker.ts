/**
 * Who asked, as a session's log names them, and as a prompt does. Pure.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC86  The log names a person, the room and this device by one word each, everybody else by
 *         their id; what people or a model read for it is made where it is shown.
 */

import type { InputOrigin } from "../../ports/peer-store.ts";

/** The name that a session's log gives to who asked. */
export function nameOfAsker(origin: InputOrigin): string {
  switch (origin.kind) {
    case "session":
      return origin.session;
    case "external":
      return origin.source;
    default:
      return origin.kind;
  }
}

/** What a prompt calls who has this name in the log. */
export function askerText(name: string): string {
  switch (name) {
    case "person":
      return "A person";
    case "room":
      return "The room";
    case "system":
      return "This device";
    default:
      return name;
  }
}
