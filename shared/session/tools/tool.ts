/**
 * Tools of a session: what a persona may do besides speaking.
 *
 * Shapes only.
 */

import type { Result } from "../../base/result.ts";

/** One argument of a tool. All are strings or whole numbers: small models get no more right. */
export interface ToolArgument {
  readonly name: string;
  readonly type: "string" | "integer";
  readonly isRequired: boolean;
  /** One line for the model. */
  readonly about: string;
  /** Characters of a string, or the largest integer. */
  readonly max: number;
}

export type ToolArgs = Readonly<Record<string, string | number>>;

export interface ToolRefused {
  readonly kind: "tool-failed" | "arguments-invalid" | "not-found" | "too-many";
  readonly detail: string;
}

/** The run that a call belongs to. */
export interface ToolCall {
  readonly roomId: string;
  readonly session: string;
  readonly runId: string;
  /** Derived from input and step: the same call again after a crash has the same id. */
  readonly callId: string;
  readonly args: ToolArgs;
}

export interface Tool {
  readonly name: string;
  /** One line for the model. */
  readonly about: string;
  readonly args: readonly ToolArgument[];
  /** True when calling it twice does what calling it once does, given the same `callId`. */
  readonly isRepeatable: boolean;
  /** Does the work. The text is what the model reads; it is cut at `resultCharsMax`. */
  run(call: ToolCall, signal: AbortSignal): Promise<Result<string, ToolRefused>>;
}

export type PermissionDecision = "allow" | "deny" | "ask";

/**
 * First match wins; without a match it is `deny`. `tool` is a name or `*`; `matches` is tried on
 * the call's arguments as text, `*` standing for anything.
 */
export interface PermissionRule {
  readonly tool: string;
  readonly matches?: string | undefined;
  readonly decision: PermissionDecision;
}
