/** The children of a session as its tools know them. */

import { ok, type Result } from "../../base/result.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { ChildSessions } from "../../session/children/child-sessions.ts";
import type { SessionInfo } from "../../session/control/requests.ts";
import type { ChildInfo, ChildSessions as ToolChildren } from "../../session/tools/child-tools.ts";
import type { ToolCall, ToolRefused } from "../../session/tools/tool.ts";

/** A child may use whatever its parent may, but for what its depth forbids. */
const ALL_TOOLS = ["*"];

export function childToolPort(children: ChildSessions): ToolChildren {
  const infoOf = async (
    call: ToolCall,
    child: string,
    signal: AbortSignal,
  ): Promise<Result<ChildInfo, ToolRefused>> => {
    const listed = await children.list(parentOf(call), signal);
    if (!listed.ok) return listed;
    const info = listed.value.find((one) => one.session === child);
    return ok(info === undefined ? { child, task: "", state: "unreachable" } : toInfo(info));
  };
  return {
    async spawn(call, task, signal) {
      const { callId } = call;
      const made = await children.spawn(parentOf(call), { callId, task, tools: ALL_TOOLS }, signal);
      return made.ok ? await infoOf(call, made.value, signal) : made;
    },
    send: (call, child, text, signal) =>
      children.send(parentOf(call), { callId: call.callId, child, text }, signal),
    async readOutput(call, child, signal) {
      const read = await children.readOutput(parentOf(call), { child, fromIndex: 0 }, signal);
      if (!read.ok) return read;
      const info = await infoOf(call, child, signal);
      return info.ok ? ok({ info: info.value, text: read.value.text }) : info;
    },
    stop: (call, child, signal) => children.stop(parentOf(call), child, signal),
    async list(call, signal) {
      const listed = await children.list(parentOf(call), signal);
      return listed.ok ? ok(listed.value.map(toInfo)) : listed;
    },
  };
}

function parentOf({ roomId, session }: ToolCall): SessionRef {
  return { roomId, persona: session };
}

function toInfo({ session, state, task = "" }: SessionInfo): ChildInfo {
  const simple = state === "retired" ? "stopped" : state === "corrupt" ? "unreachable" : state;
  return { child: session, task, state: simple };
}
