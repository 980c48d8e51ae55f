/** The verdict of a turn in words (D11) and what differed from its plan. */

import "../side-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { DivergenceRecord, TurnResult } from "#shared/turns/mod.ts";
import { formatList, t } from "../../messages/translate.ts";
import { formatDuration } from "../../parts/format.ts";

export interface Verdict {
  readonly text: string;
  readonly tone: "running" | "good" | "warn";
  /** One line per difference from the plan. */
  readonly divergences: readonly string[];
}

export interface Names {
  readonly persona: (id: string) => string;
  readonly device: (id: string) => string;
}

/** The verdict of a turn in which `persona` chose who speaks: an answer is not due in it. */
export function describeChoiceVerdict(
  result: TurnResult | undefined,
  persona: string,
  names: Names,
): Verdict {
  const name = names.persona(persona);
  const divergences = (result?.divergences ?? []).map((each) => describeDivergence(each, names));
  if (result === undefined || !result.settled) {
    return { text: t("turn.choice-running", { name }), tone: "running", divergences };
  }
  const isMade = result.entries.some(({ outcome }) => outcome === "voted");
  const time = formatDuration(result.allSettledMs ?? 0);
  return isMade
    ? { text: t("turn.choice-made", { name, time }), tone: "good", divergences }
    : { text: t("turn.choice-none"), tone: "warn", divergences };
}

export function describeVerdict(result: TurnResult | undefined, names: Names): Verdict {
  if (result === undefined) {
    return { text: t("turn.verdict-running"), tone: "running", divergences: [] };
  }
  if (result.entries.length === 0) {
    return { text: t("turn.verdict-nobody"), tone: "warn", divergences: [] };
  }
  const divergences = result.divergences.map((each) => describeDivergence(each, names));
  const parts = [...firstPart(result), ...allPart(result)];
  if (parts.length === 0) parts.push(t("turn.verdict-running"));
  if (result.settled && divergences.length === 0) parts.push(t("turn.verdict-kept"));
  const late = result.metFirstBudget === false || result.metAllBudget === false;
  const tone = late ? "warn" : result.settled ? "good" : "running";
  return { text: parts.join(" · "), tone, divergences };
}

function firstPart(result: TurnResult): readonly string[] {
  if (result.firstSettledMs === undefined) return [];
  const time = formatDuration(result.firstSettledMs);
  const verdict = result.metFirstBudget === undefined
    ? undefined
    : result.metFirstBudget
    ? t("turn.verdict-inside")
    : t("turn.verdict-first-late");
  return [[t("turn.verdict-first", { time }), verdict].filter(Boolean).join(", ")];
}

function allPart(result: TurnResult): readonly string[] {
  if (result.allSettledMs === undefined || result.entries.length < 2) return [];
  const time = formatDuration(result.allSettledMs);
  const verdict = result.metAllBudget === false ? t("turn.verdict-all-late") : undefined;
  return [[t("turn.verdict-all", { time }), verdict].filter(Boolean).join(", ")];
}

function describeDivergence(record: DivergenceRecord, names: Names): string {
  const name = names.persona(record.persona);
  switch (record.kind) {
    case "late-start":
    case "late-first-text":
    case "late-finish":
      return t(`turn.div-${record.kind}`, {
        name,
        time: formatDuration(record.actualMs - record.plannedMs),
      });
    case "overtaken":
      return t("turn.div-overtaken", { name, others: formatList(record.by.map(names.persona)) });
    case "skipped":
      return t(`turn.div-skipped-${record.reason}`, { name });
    case "failed":
      return t("turn.div-failed", { name });
    case "stopped":
      return t("turn.div-stopped", { name });
    case "host-lost":
      return t("turn.div-host-lost", { name, host: names.device(record.plannedDevice) });
    case "host-changed":
      return t("turn.div-host-changed", {
        name,
        host: names.device(record.device),
        planned: names.device(record.plannedDevice),
      });
    case "ladder-stepped":
      return t("turn.div-ladder-stepped", {
        name,
        model: record.modelId,
        planned: record.plannedModelId,
      });
    case "unplanned":
      return t("turn.div-unplanned", { name, host: names.device(record.device) });
    case "times-backwards":
      return t("turn.div-times-backwards", { name });
    case "fingerprint-mismatch":
      return t("turn.div-fingerprint", { name, host: names.device(record.device) });
    default:
      return unreachable(record);
  }
}
