/** Why a model fits or not, in words: reasons arrive as keys with values. */

import "./models-text.ts";
import "./bring-text.ts";
import type { ModelRow } from "../../client/app-client.ts";
import { isMessageKey, tData } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";

/** Values that are numbers of bytes. */
const BYTE_VALUES: ReadonlySet<string> = new Set(["bytes", "free", "memory"]);

/** A reason without words of its own is shown as its key: unknown is said, never hidden. */
export function describeReason({ key, values }: ModelRow["reasons"][number]): string {
  const messageKey = `fit.reason-${key}`;
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      BYTE_VALUES.has(name) && /^\d+$/.test(value) ? formatBytes(Number(value)) : value,
    ]),
  );
  if (isMessageKey(messageKey)) return tData(messageKey, shown);
  return Object.keys(shown).length === 0 ? key : `${key} (${Object.values(shown).join(", ")})`;
}
