/**
 * Tools that read the room: its older lines by what they are about, and those before a given one.
 *
 *   SC98  What a tool reads of the room is told with seq and author, the oldest first, at most
 *         `linesMax` lines of `lineCharsMax`; a line is one line, whatever was said in it.
 */

import { ok, type Result } from "../../base/result.ts";
import { cutMiddle, plainLine, plainName } from "../../personas/layout-parts.ts";
import type { ToolLimits } from "./limits.ts";
import type { Tool, ToolCall, ToolRefused } from "./tool.ts";

export interface RoomLine {
  readonly seq: number;
  readonly author: string;
  readonly text: string;
}

/** Who asks. */
export type RoomAsker = Pick<ToolCall, "roomId" | "session">;

/** What the tools may know of a room: the lines that the asker may read, ascending by seq. */
export interface RoomReader {
  /** The lines that a question is about, at most `linesMax`. Aborting cancels the wait. */
  search(
    asker: RoomAsker,
    query: string,
    linesMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly RoomLine[], ToolRefused>>;
  /** The newest lines below `seq`, at most `linesMax`. */
  before(
    asker: RoomAsker,
    seq: number,
    linesMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly RoomLine[], ToolRefused>>;
}

export function createRoomTools(reader: RoomReader, limits: ToolLimits): readonly Tool[] {
  const told = (
    found: Result<readonly RoomLine[], ToolRefused>,
  ): Result<string, ToolRefused> => found.ok ? ok(linesText(found.value, limits)) : found;
  return [
    {
      name: "search_room",
      about: "Finds older lines of this room by what they are about.",
      args: [
        { name: "about", type: "string", isRequired: true, about: "Words to look for.", max: 200 },
      ],
      isRepeatable: true,
      async run({ roomId, session, args }: ToolCall, signal) {
        const asker = { roomId, session };
        return told(await reader.search(asker, `${args["about"]}`, limits.linesMax, signal));
      },
    },
    {
      name: "earlier_messages",
      about: "Reads the lines of this room before a given one.",
      args: [
        {
          name: "before",
          type: "integer",
          isRequired: true,
          about: "The number of a line, as in #12.",
          max: Number.MAX_SAFE_INTEGER,
        },
        {
          name: "count",
          type: "integer",
          isRequired: false,
          about: "How many lines.",
          max: limits.linesMax,
        },
      ],
      isRepeatable: true,
      async run({ roomId, session, args }: ToolCall, signal) {
        const asker = { roomId, session };
        const count = Number(args["count"] ?? limits.linesMax);
        return told(await reader.before(asker, Number(args["before"]), count, signal));
      },
    },
  ];
}

function linesText(lines: readonly RoomLine[], limits: ToolLimits): string {
  if (lines.length === 0) return "There are no such lines.";
  return lines
    .slice(-limits.linesMax)
    .map(({ seq, author, text }) =>
      `#${seq} ${plainName(author)}: ${cutMiddle(plainLine(text), limits.lineCharsMax)}`
    )
    .join("\n");
}
