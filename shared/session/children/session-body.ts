/**
 * What a session's record holds besides its place and state: settings, and of a child what it was
 * made for. Versioned; what cannot be read is a session that is kept and shown as corrupt.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC120 A session's settings are read back as they were written, or the session is shown as
 *         corrupt and keeps its record.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { PermissionRule } from "../tools/tool.ts";
import { childLimits as limits } from "./limits.ts";

export interface ChildOrigin {
  /** The call that spawned it: the same call again is the same child. */
  readonly callId: string;
  /** 1 for a child of a persona of the room. */
  readonly depth: number;
  readonly task: string;
}

export interface SessionBody {
  readonly rules: readonly PermissionRule[];
  /** Of a child. */
  readonly origin?: ChildOrigin | undefined;
}

export const emptySessionBody: SessionBody = Object.freeze({ rules: [] });

const VERSION = 1;

export function encodeSessionBody(body: SessionBody): unknown {
  return { v: VERSION, ...body };
}

/** The error says what is wrong with it. Null: nothing was set yet. */
export function decodeSessionBody(value: unknown): Result<SessionBody, string> { // SC120
  if (value === null) return ok(emptySessionBody);
  if (!isRecord(value)) return err("not an object");
  if (value["v"] !== VERSION) return err(`version ${String(value["v"])}`);
  const given = value["rules"];
  if (!Array.isArray(given) || given.length > limits.rulesMax) return err("rules");
  const rules: PermissionRule[] = [];
  for (const one of given) {
    const rule = decodeRule(one);
    if (rule === undefined) return err("rules");
    rules.push(rule);
  }
  const origin = value["origin"] === undefined ? undefined : decodeOrigin(value["origin"]);
  if (value["origin"] !== undefined && origin === undefined) return err("origin");
  return ok({
    rules,
    ...origin === undefined ? {} : { origin },
  });
}

export function decodeRule(value: unknown): PermissionRule | undefined {
  if (!isRecord(value)) return undefined;
  const { tool, matches, decision } = value;
  const isWhole = isText(tool) && (matches === undefined || isText(matches)) &&
    (decision === "allow" || decision === "deny" || decision === "ask");
  if (!isWhole) return undefined;
  return { tool, decision, ...matches === undefined ? {} : { matches } };
}

function decodeOrigin(value: unknown): ChildOrigin | undefined {
  if (!isRecord(value)) return undefined;
  const { callId, depth, task } = value;
  if (!isText(callId) || typeof task !== "string" || task.length > limits.taskCharsMax) {
    return undefined;
  }
  const isDepth = typeof depth === "number" && Number.isSafeInteger(depth) && depth > 0;
  return isDepth ? { callId, depth, task } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= limits.nameCharsMax;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
