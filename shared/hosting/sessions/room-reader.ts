/** What the tools of a session may read of its room: the lines it has heard, as they are now. */

import { err, ok, type Result } from "../../base/result.ts";
import type { Message, RoomState } from "../../room/room-state.ts";
import { hasHeard } from "../../room/presence.ts";
import { personaOf } from "../../session/children/child-registry.ts";
import type { RoomLine, RoomReader } from "../../session/tools/room-tools.ts";
import type { ToolRefused } from "../../session/tools/tool.ts";
import { authorName, heardMessages } from "../window-lines.ts";
import type { RoomRecall } from "../room-recall.ts";

export function createRoomReader(
  stateOf: (roomId: string) => RoomState | undefined,
  recall: Pick<RoomRecall, "search">,
): RoomReader {
  const known = (roomId: string): Result<RoomState, ToolRefused> => {
    const state = stateOf(roomId);
    return state === undefined ? err({ kind: "not-found", detail: "the room" }) : ok(state);
  };
  return {
    async search({ roomId, session }, query, linesMax, signal) {
      const state = known(roomId);
      if (!state.ok) return state;
      const found = await recall.search(state.value, query, linesMax, signal);
      if (found === undefined) return err({ kind: "tool-failed", detail: "search is not there" });
      const heard = found.filter((one) => hasHeard(state.value, personaOf(session), one));
      return ok(heard.map((message) => lineOf(state.value, message)));
    },
    async before({ roomId, session }, seq, linesMax) {
      const state = known(roomId);
      if (!state.ok) return state;
      const lines = heardMessages(state.value, personaOf(session)).filter((one) => one.seq < seq);
      const newest = linesMax <= 0 ? [] : lines.slice(-linesMax);
      return ok(newest.map((message) => lineOf(state.value, message)));
    },
  };
}

function lineOf(state: RoomState, message: Message): RoomLine {
  return { seq: message.seq, author: authorName(state, message), text: message.text };
}
