/**
 * Tools over child sessions. Declarations only: what a child is, hosting knows.
 *
 *   SC101 A child is spawned once for a call, however often the call is repeated: the port is given
 *         the call's id.
 */

import { ok, type Result } from "../../base/result.ts";
import type { ToolLimits } from "./limits.ts";
import type { Tool, ToolArgument, ToolCall, ToolRefused } from "./tool.ts";

export interface ChildInfo {
  readonly child: string;
  readonly task: string;
  readonly state: "idle" | "running" | "paused" | "stopped" | "unreachable";
}

/** The parent is the session of the call; a child of somebody else is `not-found`. */
export interface ChildSessions {
  /** Makes a child and gives it its task; the same `callId` again finds the same child. */
  spawn(call: ToolCall, task: string, signal: AbortSignal): Promise<Result<ChildInfo, ToolRefused>>;
  /** Gives a child more to do; durable when it resolves. The same `callId` again does nothing. */
  send(
    call: ToolCall,
    child: string,
    text: string,
    signal: AbortSignal,
  ): Promise<Result<void, ToolRefused>>;
  /** What a child said last. */
  readOutput(call: ToolCall, child: string, signal: AbortSignal): Promise<
    Result<{ readonly info: ChildInfo; readonly text: string }, ToolRefused>
  >;
  stop(call: ToolCall, child: string, signal: AbortSignal): Promise<Result<void, ToolRefused>>;
  list(call: ToolCall, signal: AbortSignal): Promise<Result<readonly ChildInfo[], ToolRefused>>;
}

const CHILD: ToolArgument = {
  name: "child",
  type: "string",
  isRequired: true,
  about: "The helper's id.",
  max: 100,
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
    ], async (call, signal) => {
      const made = await children.spawn(call, textOf(call, "task"), signal); // SC101
      return made.ok ? ok(`${made.value.child} works on it; you will be told.`) : made;
    }),
    tool(
      "send",
      "Gives a helper more to do.",
      [CHILD, words("text", "What to tell it.")],
      async (call, signal) => {
        const sent = await children.send(call, textOf(call, "child"), textOf(call, "text"), signal);
        return sent.ok ? ok("Sent.") : sent;
      },
    ),
    tool("read_output", "Reads what a helper said last.", [CHILD], async (call, signal) => {
      const read = await children.readOutput(call, textOf(call, "child"), signal);
      if (!read.ok) return read;
      const { info, text } = read.value;
      return ok(`${infoText(info)}\n${text === "" ? "It has said nothing yet." : text}`);
    }),
    tool("stop_child", "Stops a helper.", [CHILD], async (call, signal) => {
      const stopped = await children.stop(call, textOf(call, "child"), signal);
      return stopped.ok ? ok("Stopped.") : stopped;
    }),
    tool("list_children", "Lists your helpers.", [], async (call, signal) => {
      const listed = await children.list(call, signal);
      if (!listed.ok) return listed;
      return ok(listed.value.map(infoText).join("\n") || "You have no helpers.");
    }),
  ];
}

function infoText({ child, state, task }: ChildInfo): string {
  return `${child} (${state}): ${task}`;
}

function textOf({ args }: ToolCall, name: string): string {
  return `${args[name]}`;
}
