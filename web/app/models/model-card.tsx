/** One model: what it is good for, what it costs, whether it fits, and the way to use it. */

import "./models-text.ts";
import "./downloads-text.ts";
import "./bring-text.ts";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { GGUF_ID } from "#shared/inference/mod.ts";
import type { ModelRow } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { goodFor } from "../messages/english/good-for.ts";
import { addEnglish, formatNumber, isMessageKey, plural, t, tData } from "../messages/translate.ts";
import { formatBytes, formatParameters } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { Confirm } from "../parts/modal.tsx";
import { dropBidi } from "../text/bidi.ts";
import { cleanName } from "../text/clean-name.ts";
import { Fact } from "./engine-panel.tsx";
import { describeBytes, progressShare } from "./engine-words.ts";
import { DownloadState } from "./download-state.tsx";
import { describeReason } from "./model-reasons.ts";
import { ProgressBar } from "./progress-bar.tsx";

addEnglish(goodFor);

export function ModelCard({ row, isSuggested }: {
  readonly row: ModelRow;
  readonly isSuggested: boolean;
}): JSX.Element {
  const app = useApp();
  const { profile, fit, reasons } = row;
  const engine = app.part.engine.value;
  const isCurrent = engine.modelId === profile.id;
  const name = cleanName(profile.name);
  const crashes = row.past?.crashes ?? 0;
  return (
    <article class={`model model-${fit}`} aria-label={name} data-model={profile.id}>
      <header class="model-head">
        <h3 dir="auto">{name}</h3>
        {isCurrent && (
          <span class="tag tag-key">
            {engine.phase === "ready" ? t("models.in-use") : t("models.chosen")}
          </span>
        )}
        {isSuggested && <span class="tag">{t("models.suggested")}</span>}
        {row.downloaded && !profile.embedded && <span class="tag">{t("models.kept")}</span>}
        <span class={`fit fit-${fit}`}>{t(`fit.${fit}`)}</span>
      </header>
      <p class="model-good">{dropBidi(goodForText(profile.goodFor))}</p>
      {isSuggested && (
        <p class="hint">
          {t(fit === "runs-well" ? "models.suggested-well" : "models.suggested-tight")}
        </p>
      )}
      {reasons.length + crashes > 0 && (
        <ul class="model-reasons">
          {crashes > 0 && <li>{plural("past.crashes", crashes)}</li>}
          {reasons.map((reason) => <li key={reason.key}>{describeReason(reason)}</li>)}
        </ul>
      )}
      <dl class="facts facts-row">
        <Fact
          name={t("models.size")}
          value={profile.embedded ? t("models.embedded") : formatBytes(profile.downloadBytes)}
        />
        <Fact name={t("models.memory")} value={formatBytes(profile.memoryBytes)} />
        <Fact name={t("models.parameters")} value={formatParameters(profile.parameters)} />
        <Fact
          name={t("models.context")}
          value={t("models.context-value", { count: formatNumber(profile.contextTokens) })}
        />
        <Fact
          name={t("models.licence")}
          value={dropBidi(profile.licence) || t("bring.no-licence")}
        />
        {row.past?.tokensPerS !== undefined && (
          <Fact
            name={t("past.speed")}
            value={t("past.speed-value", { speed: formatNumber(row.past.tokensPerS) })}
          />
        )}
      </dl>
      <ModelButtons row={row} isCurrent={isCurrent} />
    </article>
  );
}

function ModelButtons({ row, isCurrent }: {
  readonly row: ModelRow;
  readonly isCurrent: boolean;
}): JSX.Element {
  const app = useApp();
  const { profile, fit, downloaded, keptBytes } = row;
  const engine = app.part.engine.value;
  const download = app.part.downloads.value.find(({ modelId }) => modelId === profile.id);
  if (isCurrent && engine.phase === "loading") {
    return (
      <div class="loading">
        <ProgressBar share={progressShare(engine.progress)} />
        <span>{engine.progress === undefined ? "" : describeBytes(engine.progress)}</span>
      </div>
    );
  }
  if (download !== undefined) {
    return <DownloadState download={download} name={cleanName(profile.name)} />;
  }
  const isReady = downloaded || profile.embedded;
  // It leaves the list when it is deleted, whether it was ever downloaded or not.
  const isBrought = profile.id.startsWith(GGUF_ID);
  const done = formatBytes(keptBytes);
  const fetch = keptBytes > 0
    ? t("download.resume-use", { done })
    : t("models.download", { size: formatBytes(profile.downloadBytes) });
  return (
    <div class="row-buttons">
      {(!isCurrent || !isReady) && (
        <button
          type="button"
          class={fit === "runs-well" ? "button button-key" : "button"}
          disabled={fit === "will-not"}
          onClick={() => void app.act({ kind: "choose-model", modelId: profile.id })}
        >
          {isReady ? t("models.use") : fetch}
        </button>
      )}
      {(isBrought || keptBytes > 0) && !profile.embedded && (
        <DeleteButton modelId={profile.id} name={cleanName(profile.name)} keptBytes={keptBytes} />
      )}
    </div>
  );
}

export function DeleteButton({ modelId, name, keptBytes, label }: {
  readonly modelId: string;
  readonly name: string;
  readonly keptBytes: number;
  /** Instead of the words, where the row has no room for them. */
  readonly label?: string;
}): JSX.Element {
  const app = useApp();
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <button
        type="button"
        class={label === undefined ? "button button-quiet-danger" : "icon-button"}
        aria-label={label}
        onClick={() => setDeleting(true)}
      >
        <Icon name="trash" size={16} />
        {label === undefined && t("models.delete")}
      </button>
      {isDeleting && (
        <Confirm
          title={t("models.delete-title", { name })}
          text={t("models.delete-text", { size: formatBytes(keptBytes) })}
          confirm={t("models.delete")}
          danger
          onConfirm={() => void app.act({ kind: "delete-model", modelId })}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}

/** The sentence of a key; a model that somebody brought has none. */
function goodForText(key: string): string {
  if (isMessageKey(key)) return tData(key, {});
  return key || t("bring.good-for");
}
