/** A report without content, and the newest lines of the log (SY195). */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { readPageFacts } from "../../adapters/browser-facts.ts";
import { makeReport, reportLines } from "../../client/diagnostics/report.ts";
import { useApp } from "../app-context.ts";
import { diagnostics } from "../messages/english/diagnostics.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { offerFile } from "../parts/offer-file.ts";

addEnglish(diagnostics);

export function DiagnosticsPanel(): JSX.Element {
  const { client } = useApp();
  const [report, setReport] = useState<string | undefined>(undefined);
  const id = useId();
  const lines = reportLines(client.logLines());
  const make = async (): Promise<void> => {
    const page = await readPageFacts();
    const snapshot = client.snapshot.peek();
    setReport(makeReport({ atMs: Date.now(), page, snapshot, lines: client.logLines() }));
  };
  return (
    <section class="panel" aria-label={t("report.title")}>
      <h2>{t("report.title")}</h2>
      <p>{t("report.what")}</p>
      <div class="row-buttons">
        <button type="button" class="button" onClick={() => void make()}>
          {t("report.make")}
        </button>
        <a class="button" href="#/models">{t("report.check")}</a>
      </div>
      {report !== undefined && (
        <div class="field">
          <label for={id}>{t("report.label")}</label>
          <textarea id={id} class="input report-text" readOnly rows={12} value={report} />
          <div class="row-buttons">
            <CopyButton text={report} label={t("do.copy")} />
            <button
              type="button"
              class="button"
              onClick={() => offerFile("conclave-report.json", report, "application/json")}
            >
              {t("report.save")}
            </button>
          </div>
        </div>
      )}
      <details>
        <summary>{t("report.log")}</summary>
        {lines.length === 0
          ? <p class="hint">{t("report.log-none")}</p>
          : (
            <pre class="report-log" tabIndex={0} aria-label={t("report.log")}>
            {lines.join("\n")}
            </pre>
          )}
      </details>
    </section>
  );
}
