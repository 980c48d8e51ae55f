/** What models take of this device's storage, unfinished downloads too, and the way to free it. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { DeleteButton } from "./model-card.tsx";

export function KeptPanel(): JSX.Element | null {
  const models = useApp().part.models.value;
  if (models.phase !== "loaded") return null;
  const kept = models.rows.filter(({ keptBytes }) => keptBytes > 0);
  const sum = kept.reduce((all, { keptBytes }) => all + keptBytes, 0);
  return (
    <section class="panel" aria-label={t("kept.title")}>
      <h2>{t("kept.title")}</h2>
      <p class="hint">
        {kept.length === 0 ? t("kept.none") : t("kept.sum", { size: formatBytes(sum) })}
      </p>
      {kept.length > 0 && (
        <ul class="kept">
          {kept.map((row) => (
            <li key={row.profile.id} data-kept={row.profile.id}>
              <b>{row.profile.name}</b>
              <span>
                {formatBytes(row.keptBytes)}
                {!row.downloaded && ` · ${t("kept.partial")}`}
              </span>
              <DeleteButton row={row} label={t("kept.delete", { name: row.profile.name })} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
