/** What a session does and did, in plain words. */

import "./session-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { PermissionDecision, RunCause, RunResult, ToolArgs } from "#shared/session/mod.ts";
import type { SessionSnapshot } from "#shared/session/mod.ts";
import { isMessageKey, t, tData } from "../messages/translate.ts";

type Input = SessionSnapshot["inputs"][number];

export function causeWords(cause: RunCause): string {
  switch (cause.kind) {
    case "turn":
      return cause.attempt === 0
        ? t("cause.turn")
        : t("cause.turn-again", { attempt: cause.attempt + 1 });
    case "task":
    case "notes":
    case "resume":
    case "compact":
      return t(`cause.${cause.kind}`);
    case "memory":
      return t(`cause.${cause.job}`);
    default:
      return unreachable(cause);
  }
}

export function resultWords(result: RunResult): string {
  switch (result.kind) {
    case "limit-reached":
      return t(`result.limit-${result.limit}`);
    case "failed":
      return t("result.failed", { reason: result.reason });
    default:
      return t(`result.${result.kind}`);
  }
}

/** What the session works on now: the run that began last and has no end. */
export function runningCause(snapshot: SessionSnapshot): RunCause | undefined {
  const { entries } = snapshot;
  for (let at = entries.length - 1; at >= 0; at--) {
    const body = entries[at]?.body;
    if (body?.kind === "run-end") return undefined;
    if (body?.kind === "run-start") return body.cause;
  }
  return undefined;
}

/** "Search the room"; a tool that the catalogue does not know is called by its own name. */
export function toolName(tool: string): string {
  const key = `tool.${tool}`;
  return isMessageKey(key) ? tData(key, {}) : tool;
}

export function toolText(tool: string): string | undefined {
  const key = `tool.${tool}-text`;
  return isMessageKey(key) ? tData(key, {}) : undefined;
}

export function outcomeWords(outcome: string): string {
  // "deferred:merged" and the like: the first word says what happened.
  const key = `slog.settled-${outcome.split(":")[0]}`;
  return isMessageKey(key) ? tData(key, {}) : t("slog.settled-other");
}

/** What an input asks for. */
export function workWords({ work, attempt }: Input): string {
  if (work === undefined) {
    return attempt === 0 ? t("work.turn") : t("cause.turn-again", { attempt: attempt + 1 });
  }
  return work.kind === "memory" ? t(`work.${work.job}`) : t(`work.${work.kind}`);
}

/** Its own words, where it has any. */
export function workText({ work }: Input): string | undefined {
  return work?.kind === "task" || work?.kind === "note" ? work.text : undefined;
}

export function originWords({ header: { origin } }: Input): string {
  switch (origin.kind) {
    case "person":
    case "room":
    case "system":
      return t(`work.from-${origin.kind}`);
    case "session":
      return t("work.from-session", { name: origin.session });
    case "external":
      return t("work.from-external", { name: origin.source });
    default:
      return unreachable(origin);
  }
}

/** Why an input ended; a reason without words of its own is shown as it is. */
export function reasonWords(reason: string): string {
  const key = `reason.${reason.split(":").at(-1)}`;
  return isMessageKey(key) ? tData(key, {}) : reason;
}

export function choiceWords(decision: PermissionDecision): string {
  return t(decision === "deny" ? "rules.never" : decision === "ask" ? "rules.ask" : "rules.always");
}

/** Arguments as they are shown, in the order the tool declares them. */
export function argsList(args: ToolArgs | Readonly<Record<string, unknown>>) {
  return Object.entries(args).map(([name, value]) => ({
    name,
    text: typeof value === "string" ? value : JSON.stringify(value) ?? "",
  }));
}
