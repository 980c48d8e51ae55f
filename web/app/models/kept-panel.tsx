/** What models take of this device's storage, unfinished downloads too, and the way to free it. */

import "./downloads-text.ts";
import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { cleanName } from "../text/clean-name.ts";
import { DeleteButton } from "./model-card.tsx";

export function KeptPanel(): JSX.Element | null {
  const models = useApp().part.models.value;
  if (models.phase !== "loaded") return null;
  const listed = models.rows.filter(({ keptBytes }) => keptBytes > 0)
    .map(({ profile, keptBytes, downloaded }) => ({
      ...{ modelId: profile.id, name: cleanName(profile.name), keptBytes },
      note: downloaded ? undefined : t("kept.partial"),
    }));
  const unlisted = (models.unlisted ?? []).map((one) => ({
    ...{ ...one, name: one.modelId, note: t("kept.unlisted") },
  }));
  const kept = [...listed, ...unlisted];
  const sum = kept.reduce((all, { keptBytes }) => all + keptBytes, 0);
  return (
    <section class="panel" aria-label={t("kept.title")}>
      <h2>{t("kept.title")}</h2>
      <p class="hint">
        {kept.length === 0 ? t("kept.none") : t("kept.sum", { size: formatBytes(sum) })}
      </p>
      {kept.length > 0 && (
        <ul class="kept">
          {kept.map(({ note, ...one }) => (
            <li key={one.modelId} data-kept={one.modelId}>
              <b>{one.name}</b>
              <span>
                {formatBytes(one.keptBytes)}
                {note !== undefined && ` · ${note}`}
              </span>
              <DeleteButton {...one} label={t("kept.delete", { name: one.name })} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
