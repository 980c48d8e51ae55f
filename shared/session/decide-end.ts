/**
 * Decides what a finished generation means: a settlement of the turn, or another try.
 *
 * Owns the table from engine outcomes to settlements (D11). Does not own the waiting (generate.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC6   A failed, late or empty generation settles failed with its reason; it is never silence.
 *   SC7   A lost engine settles nothing: the input is taken again with the text so far.
 *   SC8   A prompt that is too long is made shorter `shrinksMax` times, then settles failed.
 */

import { unreachable } from "../base/assert.ts";
import type { EngineError, Usage } from "../inference/engine.ts";
import type { FailedReason, SettleOutcome } from "../protocol/events.ts";
import type { Decided, Decision } from "./decisions/decision.ts";
import { readSpeech } from "./decisions/pass-rule.ts";
import type { GenerationEnd } from "./generate.ts";
import type { SessionLimits } from "./limits.ts";

export type EndDecision =
  | {
    readonly kind: "settle";
    readonly outcome: SettleOutcome;
    readonly usage?: Usage;
    /** Of a vote, whose words may be asked for again (IN96). */
    readonly decided?: Decided<string>;
  }
  /** Make the prompt shorter and generate again. */
  | { readonly kind: "shrink" }
  | { readonly kind: "retry"; readonly afterMs: number; readonly reason: string }
  | { readonly kind: "interrupted"; readonly reason: string };

/**
 * What a generation of `text` (all of it, what was continued included) comes to.
 */
export function decideEnd(
  end: GenerationEnd,
  text: string,
  shrinks: number,
  limits: SessionLimits,
  vote?: Decision<string>,
): EndDecision {
  switch (end.kind) {
    case "deadline":
      return settleFailed("deadline", end.detail, limits);
    case "text-full":
      if (vote !== undefined) return decideVote(text, vote, limits);
      return { kind: "settle", outcome: { kind: "replied", text: text.trim(), finish: "length" } };
    case "no-outcome":
      return settleFailed("engine", "The engine ended without an outcome", limits);
    case "outcome":
      break;
    default:
      return unreachable(end);
  }
  const { outcome } = end;
  switch (outcome.kind) {
    case "done":
      return {
        ...vote === undefined
          ? decideReply(text, outcome.finish, limits)
          : decideVote(text, vote, limits),
        usage: outcome.usage,
      };
    case "failed":
      return decideFailure(outcome.error, shrinks, limits);
    case "engine-lost":
      return { kind: "interrupted", reason: "engine-lost" }; // SC7
    case "cancelled":
      // Not by us: that is decided before (session.ts).
      return { kind: "interrupted", reason: "cancelled" };
    default:
      return unreachable(outcome);
  }
}

function decideReply(
  text: string,
  finish: "stop" | "length",
  limits: SessionLimits,
): EndDecision & { readonly kind: "settle" } {
  const said = readSpeech(text);
  switch (said.kind) {
    case "declined":
      return { kind: "settle", outcome: { kind: "silent" } };
    case "unreadable":
      return settleFailed("empty", said.problem, limits); // SC6
    case "chosen":
      return { kind: "settle", outcome: { kind: "replied", text: said.choice, finish } };
  }
}

function decideVote(
  text: string,
  vote: Decision<string>,
  limits: SessionLimits,
): EndDecision & { readonly kind: "settle" } {
  const decided = vote.read(text); // SC20
  if (decided.kind === "chosen") {
    return { kind: "settle", outcome: { kind: "voted", speaker: decided.choice }, decided };
  }
  const detail = decided.kind === "declined"
    ? "It chose nobody"
    : `The choice names nobody: ${text}`;
  return { ...settleFailed("empty", detail, limits), decided };
}

function decideFailure(
  error: EngineError,
  shrinks: number,
  limits: SessionLimits,
): EndDecision {
  const detail = JSON.stringify(error);
  switch (error.kind) {
    case "prompt-too-long": // SC8
      return shrinks < limits.shrinksMax
        ? { kind: "shrink" }
        : settleFailed("prompt-too-long", detail, limits);
    case "busy":
    case "not-loaded":
      return { kind: "retry", afterMs: limits.busyRetryMs, reason: error.kind };
    case "device-lost":
    case "out-of-memory":
    case "cancelled":
      // A fresh engine may do it: its worker ends, and supervision starts another.
      return { kind: "interrupted", reason: error.kind };
    case "deadline":
      return settleFailed("deadline", detail, limits);
    case "host-unreachable":
    case "access-denied":
    case "wrong-bytes":
    case "webgpu-missing":
    case "feature-missing":
    case "storage-full":
    case "model-unknown":
    case "not-downloaded":
      return settleFailed("model", detail, limits);
    case "request-invalid":
    case "internal":
      return settleFailed("engine", detail, limits);
    default:
      return unreachable(error);
  }
}

function settleFailed(
  reason: FailedReason,
  detail: string,
  limits: SessionLimits,
): EndDecision & { readonly kind: "settle" } {
  const bounded = detail.slice(0, limits.detailCharsMax);
  return { kind: "settle", outcome: { kind: "failed", reason, detail: bounded } };
}
