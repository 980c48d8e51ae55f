/** A model that is coming: how much, how fast, how long, and the ways to stop it. */

import "./downloads-text.ts";
import type { JSX } from "preact";
import { type DownloadStatus, secondsLeft } from "../../client/downloads/download-status.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { formatBytes, formatDuration } from "../parts/format.ts";
import { SmallerOffer } from "./smaller-offer.tsx";
import { ProgressBar } from "./progress-bar.tsx";

/** Beyond it minutes are told. */
const SECONDS_MAX = 90;

export function DownloadState({ download, name }: {
  readonly download: DownloadStatus;
  readonly name: string;
}): JSX.Element {
  const { phase, error, bytesDone, bytesTotal } = download;
  return (
    <div class="download" data-download={phase}>
      {phase === "failed" && error !== undefined ? <ErrorNote error={error} isOnModels /> : (
        <>
          {phase !== "queued" && (
            <ProgressBar
              share={bytesTotal === undefined ? undefined : bytesDone / Math.max(1, bytesTotal)}
              label={t("download.label", { name })}
            />
          )}
          <Facts download={download} />
        </>
      )}
      {phase === "failed" && error !== undefined && (
        <SmallerOffer modelId={download.modelId} errorKind={error.kind} />
      )}
      <Buttons download={download} />
    </div>
  );
}

function Facts({ download }: { readonly download: DownloadStatus }): JSX.Element {
  const { phase, bytesDone, bytesTotal, bytesPerS } = download;
  if (phase === "queued") return <p class="hint" role="status">{t("download.queued")}</p>;
  if (phase === "checking") return <p class="hint" role="status">{t("download.checking")}</p>;
  const done = formatBytes(bytesDone);
  const left = secondsLeft(download);
  return (
    <p class="download-facts">
      <b>
        {bytesTotal === undefined
          ? t("download.progress-unknown", { done })
          : t("download.progress", { done, total: formatBytes(bytesTotal) })}
      </b>
      {bytesPerS !== undefined && (
        <span>{t("download.speed", { speed: formatBytes(bytesPerS) })}</span>
      )}
      {left !== undefined && <span>{describeLeft(left)}</span>}
    </p>
  );
}

function describeLeft(seconds: number): string {
  return seconds > SECONDS_MAX
    ? t("download.left-minutes", { count: Math.ceil(seconds / 60) })
    : t("download.left", { time: formatDuration(Math.ceil(seconds) * 1000) });
}

function Buttons({ download: { modelId, phase } }: { readonly download: DownloadStatus }) {
  const app = useApp();
  return (
    <div class="row-buttons">
      {phase === "failed"
        ? (
          <button
            type="button"
            class="button button-key"
            onClick={() => void app.act({ kind: "choose-model", modelId })}
          >
            {t("download.again")}
          </button>
        )
        : (
          <button
            type="button"
            class="button"
            onClick={() => void app.act({ kind: "pause-download", modelId })}
          >
            {t("download.pause")}
          </button>
        )}
      <button
        type="button"
        class="button button-quiet-danger"
        onClick={() => void app.act({ kind: "delete-model", modelId })}
      >
        {t("download.discard")}
      </button>
    </div>
  );
}
