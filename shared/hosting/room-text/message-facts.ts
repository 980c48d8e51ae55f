/** What a saved message says of itself beside its words, for all formats alike. Pure. */

import type { AttemptState, Message, RoomState } from "../../room/room-state.ts";
import { authorName } from "../window-lines.ts";

export interface MessageFacts {
  readonly message: Message;
  readonly name: string;
  /** The attempt that is shown; undefined for a person, and where its turn is unknown. */
  readonly attempt: AttemptState | undefined;
  /** Name of the device that thought; undefined where that is unknown. */
  readonly host: string | undefined;
}

export function factsOf(state: RoomState, message: Message): MessageFacts {
  const attempt = message.kind === "persona" ? shownAttempt(state, message) : undefined;
  const device = attempt?.device;
  return {
    message,
    name: authorName(state, message),
    attempt,
    host: device === undefined ? undefined : state.devices.get(device)?.name ?? device,
  };
}

/** As the fold shows it: the picked attempt, else the newest that has words. */
function shownAttempt({ turns }: RoomState, { turn, author }: Message): AttemptState | undefined {
  const entry = turns.get(turn)?.entries.find(({ persona }) => persona === author);
  const picked = entry?.attempts.find(({ attempt }) => attempt === entry.picked);
  return picked ??
    entry?.attempts.findLast(({ outcome }) =>
      (outcome.kind === "replied" || outcome.kind === "stopped") && outcome.text !== ""
    );
}
