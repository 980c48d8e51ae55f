/**
 * Commands about what was said: pinning it, and taking a rewind back. Fetched with the first.
 *
 *   SY200 What is pinned, unpinned or brought back is so for everybody of the room; what the room
 *         would ignore is refused by name.
 */

import { err } from "#shared/base/mod.ts";
import { PIN_RULES_MIN, type RoomEvent } from "#shared/protocol/mod.ts";
import { isPinnable, rewindToRestore, roomLimits, type RoomState } from "#shared/room/mod.ts";
import type { AppCommand } from "./app-client.ts";
import type { RoomAnswer } from "./room-commands.ts";

type TalkCommand = Extract<AppCommand, { readonly kind: "pin" | "restore" }>;

/**
 * `whole`: the state with all messages; where it is read from is the caller's. Raises the room's
 * rules first where that is needed (RM63).
 */
export async function runTalkCommand(
  command: TalkCommand,
  state: RoomState,
  whole: () => Promise<RoomState>,
  append: (event: RoomEvent) => Promise<RoomAnswer>,
): Promise<RoomAnswer> {
  if (command.kind === "restore") {
    const { rewind } = command;
    const isNewest = rewindToRestore(state) === rewind ||
      rewindToRestore(await whole()) === rewind;
    if (!isNewest) return err({ kind: "nothing-to-restore" });
    return await append({ kind: "restore", rewind });
  }
  const { of, pinned } = command;
  if (pinned && (state.pins?.length ?? 0) >= roomLimits.pinsMax) {
    return err({ kind: "pins-full", pinsMax: roomLimits.pinsMax });
  }
  if (pinned && !isPinnable(state, of) && !isPinnable(await whole(), of)) {
    return err({ kind: "pin-out-of-reach" });
  }
  if (state.rules < PIN_RULES_MIN) {
    const raised = await append({ kind: "rules", rules: PIN_RULES_MIN });
    if (!raised.ok) return raised;
  }
  return await append({ kind: "pin", of, pinned });
}
