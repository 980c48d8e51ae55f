/**
 * The children of a session: who may be made, what they may do, what their parent is told. Pure.
 *
 * A child is a session of this device with a record that names its parent (study 3.16). Its record
 * is kept until somebody who may ends it: one that cannot be read is shown, never dropped.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC121 A child's permissions are a part of its parent's: what the parent may not, it may not.
 *   SC122 A session has few live children, and children of children end there.
 *   SC123 The same call spawns once; a number is never given twice.
 *   SC124 A child that cannot be read, or is not run here, stays in the list and says so; a change
 *         of another child never drops it.
 *   SC125 Every end of a child's run is told to its parent once, whenever it is heard.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { SessionRecord } from "../../ports/peer-store.ts";
import type { SessionInfo } from "../control/requests.ts";
import type { RunResult, SegmentEntry } from "../log/segments.ts";
import type { PermissionRule, ToolRefused } from "../tools/tool.ts";
import { childLimits as limits } from "./limits.ts";
import { decodeSessionBody, encodeSessionBody, type SessionBody } from "./session-body.ts";

const SEPARATOR = "~";
const SPAWN_TOOLS: ReadonlySet<string> = new Set(["spawn"]);

export interface SpawnAsk {
  readonly callId: string;
  readonly task: string;
  /** Names of the tools that the child needs; `*` asks for all that the parent has. */
  readonly tools: readonly string[];
}

export type SpawnDecision =
  | { readonly kind: "known"; readonly child: string }
  | {
    readonly kind: "new";
    readonly child: string;
    readonly record: Omit<SessionRecord, "state">;
  };

/** The record of a new child, or of the one that the call made before (SC123). */
export function decideSpawn(
  parent: { readonly roomId: string; readonly persona: string; readonly body: SessionBody },
  records: readonly SessionRecord[],
  ask: SpawnAsk,
): Result<SpawnDecision, ToolRefused> {
  const own = childrenOf(records, parent.persona);
  const known = own.find((record) => originOf(record)?.callId === ask.callId);
  if (known !== undefined) return ok({ kind: "known", child: known.persona });
  const depth = (parent.body.origin?.depth ?? 0) + 1;
  if (depth > limits.depthMax) {
    return err({ kind: "too-many", detail: `children go ${limits.depthMax} deep` }); // SC122
  }
  const live = own.filter((record) => record.state === "active" || record.state === "paused");
  if (live.length >= limits.childrenMax) {
    return err({ kind: "too-many", detail: `${limits.childrenMax} children are the most` });
  }
  const task = ask.task.trim();
  if (task === "" || task.length > limits.taskCharsMax) {
    const detail = `a task has 1 to ${limits.taskCharsMax} characters`;
    return err({ kind: "arguments-invalid", detail });
  }
  const numbers = own.map((record) => Number(record.persona.split(SEPARATOR).at(-1)));
  const child = `${parent.persona}${SEPARATOR}${Math.max(0, ...numbers) + 1}`;
  const body: SessionBody = {
    rules: childRules(parent.body.rules, ask.tools, depth),
    origin: { callId: ask.callId, depth, task },
  };
  const { roomId, persona } = parent;
  const record = { roomId, persona: child, parent: persona, body: encodeSessionBody(body) };
  return ok({ kind: "new", child, record });
}

/** The parent of a child session; undefined for a persona of the room. */
export function parentOf(session: string): string | undefined {
  const at = session.lastIndexOf(SEPARATOR);
  return at < 0 ? undefined : session.slice(0, at);
}

/** The persona whose card a session has: its own, or that its oldest parent has. */
export function personaOf(session: string): string {
  return session.split(SEPARATOR)[0] ?? session;
}

/**
 * The parent's rules, held to the tools asked for (SC121): whatever else is denied, as everything
 * without a rule is.
 */
export function childRules(
  parent: readonly PermissionRule[],
  tools: readonly string[],
  depth: number,
): readonly PermissionRule[] {
  const mayAll = tools.includes("*");
  const isWanted = (tool: string): boolean => mayAll || tools.includes(tool);
  const held = parent.flatMap((rule): readonly PermissionRule[] => {
    if (rule.tool !== "*") return isWanted(rule.tool) || rule.decision === "deny" ? [rule] : [];
    if (mayAll || rule.decision === "deny") return [rule];
    return tools.map((tool) => ({ ...rule, tool }));
  });
  const last = depth >= limits.depthMax
    ? [...SPAWN_TOOLS].map((tool): PermissionRule => ({ tool, decision: "deny" }))
    : [];
  // What is cut off would be denied by default: never more than the parent may.
  return [...last, ...held].slice(0, limits.rulesMax);
}

/** The children of a session, by their number. */
export function childrenOf(
  records: readonly SessionRecord[],
  parent: string,
): readonly SessionRecord[] {
  return records.filter((record) => record.parent === parent)
    .toSorted((a, b) => a.persona.length - b.persona.length || (a.persona < b.persona ? -1 : 1));
}

/** A session for the list (SC124). `statusOf` is undefined for one that does not run here. */
export function describeSession(
  record: SessionRecord,
  records: readonly SessionRecord[],
  statusOf: (session: string) => "idle" | "running" | "paused" | undefined,
): SessionInfo {
  const { persona, parent } = record;
  const body = decodeSessionBody(record.body);
  const status = statusOf(persona);
  const shared = {
    session: persona,
    parent,
    relation: parent === undefined ? "self" as const : "child" as const,
    children: childrenOf(records, persona).length,
    ...body.ok && body.value.origin !== undefined ? { task: body.value.origin.task } : {},
  };
  if (!body.ok) return { ...shared, state: "corrupt", canRestore: false, detail: body.error };
  if (record.state === "retired" || record.state === "stopped") {
    return { ...shared, state: record.state, canRestore: true };
  }
  return status === undefined
    ? { ...shared, state: "unreachable", canRestore: true }
    : { ...shared, state: status, canRestore: false };
}

export interface ChildReport {
  readonly runId: string;
  readonly result: RunResult;
  /** What the run said; empty for nothing. */
  readonly text: string;
}

/**
 * The run ends in a child's log, oldest first. Telling all of them again after a restart is
 * harmless: the parent knows each by its run (SC125).
 */
export function reportsOf(child: readonly SegmentEntry[]): readonly ChildReport[] {
  const said = new Map<string, string>();
  const reports: ChildReport[] = [];
  for (const { body } of child) {
    if (body.kind === "said") said.set(body.runId, body.text);
    if (body.kind !== "run-end") continue;
    reports.push({ runId: body.runId, result: body.result, text: said.get(body.runId) ?? "" });
  }
  return reports;
}

/** What the parent reads in its note. */
export function reportText(child: string, result: RunResult, text: string): string {
  const short = text.length > limits.reportCharsMax
    ? `${wholeChars(text, limits.reportCharsMax)} [read its output for the rest]`
    : text;
  const words: Readonly<Record<RunResult["kind"], string>> = {
    "finished": "is done",
    "paused": "was paused",
    "limit-reached": "reached its limit",
    "rolled-back": "was interrupted before it began",
    "cancelled": "was cancelled",
    "failed": "failed",
  };
  const why = result.kind === "failed" ? ` (${result.reason})` : "";
  return `${child} ${words[result.kind]}${why}${short === "" ? "." : `: ${short}`}`;
}

function originOf(record: SessionRecord): SessionBody["origin"] {
  const body = decodeSessionBody(record.body);
  return body.ok ? body.value.origin : undefined;
}

function wholeChars(text: string, charsMax: number): string {
  const cut = text.slice(0, charsMax);
  return /[\ud800-\udbff]$/u.test(cut) ? cut.slice(0, -1) : cut;
}
