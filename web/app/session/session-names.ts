/** Names of sessions: a persona's own, and `<persona>~<n>` of a helper. */

import "./session-text.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { t } from "../messages/translate.ts";
import { personaName } from "../room/room-names.ts";

/** The persona of the room that a session belongs to. */
export function personaOf(session: string): string {
  return session.split("~")[0] ?? session;
}

/** Who started a helper; undefined for a persona's own session. */
export function parentOf(session: string): string | undefined {
  const end = session.lastIndexOf("~");
  return end < 0 ? undefined : session.slice(0, end);
}

/** "Ada", or "Helper 2 of Ada". */
export function sessionName(state: RoomState, session: string): string {
  const parent = parentOf(session);
  return parent === undefined ? personaName(state, session) : t("session.helper", {
    number: session.slice(parent.length + 1),
    name: sessionName(state, parent),
  });
}
