/** The words for a persona's end of a turn that left no answer: what happened and what to do. */

import { unreachable } from "#shared/base/mod.ts";
import type { DeferredReason, FailedReason } from "#shared/protocol/mod.ts";
import type { AttemptState } from "#shared/room/mod.ts";
import { t } from "../../messages/translate.ts";

export interface OutcomeLine {
  readonly text: string;
  /** What to do; empty when nothing needs doing. */
  readonly advice: string;
  readonly tone: "quiet" | "warn";
  readonly openModels: boolean;
  /** Whether asking again makes sense here. */
  readonly again: boolean;
  /** The engine's own words, for the fold-out. */
  readonly detail: string;
}

const quiet = (text: string): OutcomeLine => ({
  text,
  advice: "",
  tone: "quiet",
  openModels: false,
  again: false,
  detail: "",
});

/** Undefined for an answer: its text speaks for itself. */
export function describeOutcome(
  outcome: AttemptState["outcome"],
  persona: string,
  nameOf: (persona: string) => string,
): OutcomeLine | undefined {
  const name = nameOf(persona);
  switch (outcome.kind) {
    case "replied":
      return undefined;
    case "voted":
      return describeChoice(outcome, persona, nameOf);
    case "silent":
      return { ...quiet(t("out.silent", { name })), again: true };
    case "stopped":
      return { ...quiet(t("out.stopped", { name })), again: true };
    case "failed":
      return { ...failedLine(outcome.reason, name), tone: "warn", detail: outcome.detail };
    case "deferred":
      return deferredLine(outcome.reason, name);
    default:
      return unreachable(outcome);
  }
}

/** The end of a turn in which `persona` chose who speaks: nobody can ask for it again (RM37). */
export function describeChoice(
  outcome: AttemptState["outcome"],
  persona: string,
  nameOf: (persona: string) => string,
): OutcomeLine | undefined {
  const name = nameOf(persona);
  switch (outcome.kind) {
    case "replied":
      return undefined;
    case "voted":
      return quiet(
        outcome.speaker === persona
          ? t("out.voted-self", { name })
          : t("out.voted", { name, speaker: nameOf(outcome.speaker) }),
      );
    case "stopped":
      return quiet(t("out.choice-stopped", { name }));
    case "silent":
      return quiet(t("out.choice-failed", { name }));
    case "failed":
      return { ...quiet(t("out.choice-failed", { name })), detail: outcome.detail };
    case "deferred":
      return outcome.reason === "merged" || outcome.reason === "outranked"
        ? quiet(t("out.choice-dropped", { name }))
        : { ...deferredLine(outcome.reason, name), advice: "", again: false };
    default:
      return unreachable(outcome);
  }
}

function failedLine(reason: FailedReason, name: string): OutcomeLine {
  const line = (text: string, advice: string, openModels = false): OutcomeLine => ({
    ...quiet(text),
    advice,
    openModels,
    again: true,
  });
  switch (reason) {
    case "engine":
      return line(t("out.failed-engine", { name }), t("out.do-engine"), true);
    case "deadline":
      return line(t("out.failed-deadline", { name }), t("out.do-again"));
    case "attempts":
      return line(t("out.failed-attempts", { name }), t("out.do-engine"), true);
    case "empty":
      return line(t("out.failed-empty", { name }), t("out.do-again"));
    case "prompt-too-long":
      return line(t("out.failed-prompt-too-long", { name }), t("out.do-prompt"), true);
    case "model":
      return line(t("out.failed-model", { name }), t("out.do-model"), true);
    default:
      return unreachable(reason);
  }
}

function deferredLine(reason: DeferredReason, name: string): OutcomeLine {
  switch (reason) {
    case "merged":
      return quiet(t("out.deferred-merged", { name }));
    case "outranked":
      return quiet(t("out.deferred-outranked", { name }));
    case "stale":
      return {
        ...quiet(t("out.deferred-stale", { name })),
        advice: t("out.do-stale"),
        tone: "warn",
        again: true,
      };
    case "no-host":
      return {
        ...quiet(t("out.deferred-no-host", { name })),
        advice: t("out.do-host"),
        tone: "warn",
        openModels: true,
        again: true,
      };
    default:
      return unreachable(reason);
  }
}
