/** What this site takes of the browser's storage, and whether the browser promised to keep it. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { askToKeepStorage, readStorageFacts } from "../../adapters/browser-facts.ts";
import type { PageFacts } from "../../client/diagnostics/report.ts";
import { diagnostics } from "../messages/english/diagnostics.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";

addEnglish(diagnostics);

export function StoragePanel(): JSX.Element {
  const [facts, setFacts] = useState<PageFacts["storage"]>(undefined);
  const [isRefused, setRefused] = useState(false);
  const read = async (): Promise<void> => setFacts(await readStorageFacts());
  useEffect(() => void read(), []);
  const keep = async (): Promise<void> => {
    setRefused(!await askToKeepStorage());
    await read();
  };
  return (
    <section class="panel" aria-label={t("storage.title")}>
      <h2>{t("storage.title")}</h2>
      <p>
        {facts === undefined ? t("storage.unknown") : t("storage.used", {
          used: formatBytes(facts.usedBytes),
          quota: formatBytes(facts.quotaBytes),
        })} {facts !== undefined && (facts.isKept ? t("storage.kept") : t("storage.not-kept"))}
      </p>
      {facts?.isKept === false && (
        <div>
          <button type="button" class="button" onClick={() => void keep()}>
            {t("storage.keep")}
          </button>
        </div>
      )}
      <p role="status" class="hint">{isRefused && t("storage.keep-refused")}</p>
      <p class="hint">
        <b>{t("storage.where")}</b> {t("storage.where-text")}
      </p>
      <p class="hint">
        <a href="#/models">{t("storage.models")}</a>
      </p>
    </section>
  );
}
