/** Why an engine ended, in plain words. */

import "./hosting-text.ts";
import { isMessageKey, t, tData } from "../messages/translate.ts";

/** One sentence without its full stop; a kind without words of its own is named as it came. */
export function describeExit(kind: string): string {
  const key = `exit.${kind}`;
  return isMessageKey(key) ? tData(key, {}) : `${t("exit.unknown")} (${kind})`;
}
