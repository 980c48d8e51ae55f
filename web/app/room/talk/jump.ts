/**
 * Brings a message into sight by its seq, wherever it is.
 *
 *   SY202 A quote or pin leads to its message: older messages are read first where it is not at
 *         hand, and what was set aside is opened. Where it is not on this device, that is said.
 */

import "./talk-text.ts";
import type { Message } from "#shared/room/mod.ts";
import type { App } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { buildRows, type Row } from "../log/log-rows.ts";
import type { RoomUi } from "../room-context.ts";

export async function jumpTo(app: App, room: RoomUi, seq: number): Promise<void> {
  const { roomId, state } = room;
  const isAtHand = (): boolean => state.peek().messages.some((one) => one.seq === seq);
  if (!isAtHand() && state.peek().earlier !== undefined) {
    await app.act({ kind: "read-earlier", roomId });
  }
  const place = placeOf(room, seq);
  if (place === undefined) return app.tell(t("talk.not-here"));
  if (place.group !== undefined) {
    room.openAsides.value = new Set([...room.openAsides.peek(), place.group]);
  }
  room.goal.value = place.key;
}

/** The row of a message, and the group of set aside ones that it is in. */
function placeOf(
  { state, sentKeys }: Pick<RoomUi, "sentKeys" | "state">,
  seq: number,
): { readonly key: string; readonly group: string | undefined } | undefined {
  const given = { state: state.peek(), running: [], sentKeys: sentKeys.peek() };
  const closed = buildRows({ ...given, openAsides: new Set() });
  const groups = new Set(closed.flatMap((row) => row.kind === "aside" ? [row.key] : []));
  const rows = buildRows({ ...given, openAsides: groups });
  const index = rows.findIndex((row) => messageOf(row)?.seq === seq);
  const row = rows[index];
  if (row === undefined) return undefined;
  const group = messageOf(row)?.aside === true
    ? rows.findLast((one, at) => at < index && one.kind === "aside")?.key
    : undefined;
  return { key: row.key, group };
}

function messageOf(row: Row): Message | undefined {
  return row.kind === "person" || row.kind === "persona" ? row.message : undefined;
}
