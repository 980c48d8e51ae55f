/** In the cast: who reads what is written here, in plain words, behind a line that opens. */

import type { JSX } from "preact";
import { useComputed } from "@preact/signals";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { modelName } from "../../models/model-names.ts";
import { personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { describeReading } from "./reads-words.ts";
import { whoReads } from "./who-reads.ts";

export function ReadsPanel(): JSX.Element | null {
  const app = useApp();
  const { state, view, ownDevice } = useRoom();
  const readings = useComputed(() => whoReads(state.value)).value;
  if (readings.length === 0) return null;
  const nameOf = (modelId: string): string => modelName(app.part.models.value, modelId);
  return (
    <details class="turn-details who-reads">
      <summary>{t("reads.title")}</summary>
      <p class="hint">
        {view.value.shared === undefined ? t("reads.people-local") : t("reads.people-shared")}
      </p>
      <dl>
        {readings.map((reading) => (
          <div key={reading.persona} data-persona={reading.persona}>
            <dt>{personaName(state.value, reading.persona)}</dt>
            <dd>
              {describeReading(state.value, reading, ownDevice.value, nameOf).map((line) => (
                <p key={line}>{line}</p>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
