/** A button that takes the next smaller model (SY287); nothing where that would not help. */

import "./downloads-text.ts";
import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { cleanName } from "../text/clean-name.ts";
import { nextSmaller } from "./next-smaller.ts";

export function SmallerOffer({ modelId, errorKind }: {
  readonly modelId: string;
  readonly errorKind: string;
}): JSX.Element | null {
  const app = useApp();
  const models = app.part.models.value;
  const row = nextSmaller(models.phase === "loaded" ? models.rows : [], modelId, errorKind);
  if (row === undefined) return null;
  const { id, name, downloadBytes } = row.profile;
  const values = { name: cleanName(name) };
  return (
    <button
      type="button"
      class="button"
      onClick={() => void app.act({ kind: "choose-model", modelId: id })}
    >
      {row.downloaded
        ? t("download.smaller-here", values)
        : t("download.smaller", { ...values, size: formatBytes(downloadBytes) })}
    </button>
  );
}
