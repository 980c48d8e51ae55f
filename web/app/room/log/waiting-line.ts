/** The words for an attempt that has not begun: why it waits (HO41). */

import type { RunningAttempt } from "../../../client/app-client.ts";
import { t } from "../../messages/translate.ts";

/** One sentence; without a known reason the persona is simply next, to speak or to choose. */
export function describeWait(
  waits: RunningAttempt["waits"],
  name: string,
  isChoice: boolean,
): string {
  switch (waits?.kind) {
    case "engine-not-ready":
      return t("run.queued-model", { name });
    case "persona-busy":
    case "behind":
      return t("run.queued-own", { name });
    case "reserved":
    case "yields":
      return t("run.queued-yields", { name });
    case "session-held":
      return t(`run.queued-${waits.state}`, { name });
    case "service-not-ready":
    case "retry":
      return t("run.queued-retry", { name });
    default:
      return isChoice ? t("run.queued-choice", { name }) : t("run.queued", { name });
  }
}
