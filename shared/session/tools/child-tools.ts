/**
 * Tools over child sessions. Declarations only: children/ knows what a child is.
 *
 *   SC101 A child is spawned once for a call, however often the call is repeated: the port is given
 *         the call's id.
 */

import { ok, type Result } from "../../base/result.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { ChildSessions } from "../children/child-sessions.ts";
import type { ToolLimits } from "./limits.ts";
import type { Tool, ToolArgument, ToolCall, ToolRefused } from "./tool.ts";

const CHILD: ToolArgument = {
  name: "child",
  type: "string",
  isRequired: true,
  about: "The helper's id.",
  max: 100,
};

const TOOLS: ToolArgument = {
  name: "tools",
  type: "string",
  isRequired: false,
  about: "Names of your tools that it may use, or *. None unless told.",
  max: 400,
};

const FROM: ToolArgument = {
  name: "from",
  type: "integer",
  isRequired: false,
  about: "The number told when it was read last.",
  max: Number.MAX_SAFE_INTEGER,
};

export function createChildTools(children: ChildSessions, limits: ToolLimits): readonly Tool[] {
  const words = (name: string, about: string): ToolArgument => ({
    name,
    type: "string",
    isRequired: true,
    about,
    max: limits.taskCharsMax,
  });
  const tool = (
    name: string,
    about: string,
    args: readonly ToolArgument[],
    run: (call: ToolCall, signal: AbortSignal) => Promise<Result<string, ToolRefused>>,
  ): Tool => ({ name, about, args, isRepeatable: true, run });
  return [
    tool("spawn", "Starts a helper that works on a task of its own.", [
      words("task", "What it shall do."),
      TOOLS,
    ], async (call, signal) => {
      const { callId } = call;
      const tools = `${call.args["tools"] ?? ""}`.split(/[\s,]+/).filter((name) => name !== "");
      const ask = { callId, task: textOf(call, "task"), tools };
      const made = await children.spawn(parentOf(call), ask, signal); // SC101
      return made.ok ? ok(`${made.value} works on it; you will be told.`) : made;
    }),
    tool("send", "Gives a helper more to do.", [
      CHILD,
      words("text", "What to tell it."),
    ], async (call, signal) => {
      const { callId } = call;
      const given = { callId, child: textOf(call, "child"), text: textOf(call, "text") };
      const sent = await children.send(parentOf(call), given, signal);
      return sent.ok ? ok("Sent.") : sent;
    }),
    tool("read_output", "Reads what a helper said.", [CHILD, FROM], async (call, signal) => {
      const given = { child: textOf(call, "child"), fromIndex: Number(call.args["from"] ?? 0) };
      const read = await children.readOutput(parentOf(call), given, signal);
      if (!read.ok) return read;
      const { state, text, nextIndex } = read.value;
      const said = text === "" ? "It has said nothing new." : text;
      return ok(`It is ${state}. More comes from ${nextIndex} on.\n${said}`);
    }),
    tool("stop_child", "Stops a helper.", [CHILD], async (call, signal) => {
      const stopped = await children.stop(parentOf(call), textOf(call, "child"), signal);
      return stopped.ok ? ok("Stopped.") : stopped;
    }),
    tool("list_children", "Lists your helpers.", [], async (call, signal) => {
      const listed = await children.list(parentOf(call), signal);
      if (!listed.ok) return listed;
      const lines = listed.value.map(({ session, state }) => `${session}: ${state}`);
      return ok(lines.join("\n") || "You have no helpers.");
    }),
  ];
}

function parentOf({ roomId, session }: ToolCall): SessionRef {
  return { roomId, persona: session };
}

function textOf({ args }: ToolCall, name: string): string {
  return `${args[name]}`;
}
