/** The verdict of the device check in plain words. */

import "./check-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import { smokeLimits } from "#shared/turns/mod.ts";
import type { CheckReport } from "../../client/device-check.ts";
import { t } from "../messages/translate.ts";
import { formatDuration } from "../parts/format.ts";

export function describeCheck(report: CheckReport): string {
  const { reason, detail, budgets, figures } = report;
  const { expected: count, silent, unanswered, open } = figures;
  const time = (ms: number | undefined): string => formatDuration(ms ?? 0);
  const first = time(figures.firstMs);
  const last = time(figures.allMs);
  const all = time(budgets.allMsMax);
  switch (reason) {
    case undefined:
      return t("check.ok", { count, first, last });
    case "budget-invalid":
    case "observation-invalid":
    case "room-missing":
    case "room-not-made":
    case "exception":
      return t("check.broke", { detail: detail === "" ? reason : `${reason}, ${detail}` });
    case "hosted-below-minimum":
      return t("check.too-few", { count, min: smokeLimits.personasMin });
    case "send-refused":
      return t("check.not-kept", { detail });
    case "not-in-log":
      return t("check.not-in-log");
    case "none-settled":
    case "all-silent":
    case "none-answered":
    case "no-reply":
      return t("check.no-reply", { silent, unanswered, open, all });
    case "first-late":
      return t("check.first-late", { first, max: time(budgets.firstMsMax) });
    case "one-answered":
    case "settled-unanswered":
      return t("check.unfair", { answered: figures.replied + silent, count, unanswered, open });
    case "still-open":
      return t("check.all-late", { open, count, max: all });
    case "last-late":
      return t("check.last-late", { last, max: all });
    default:
      return unreachable(reason);
  }
}
