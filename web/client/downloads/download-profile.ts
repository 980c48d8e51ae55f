/** The download of a catalogue's model: what the worker is asked for. */

import type { DownloadOutcome, ModelProfile } from "#shared/inference/mod.ts";
import { downloadInWorker, type DownloadWorkerDeps } from "../../adapters/download-worker.ts";
import { atModelHost, defaultModelHost, modelHostOf } from "../../models/model-host.ts";
import { webLlmUrls } from "../../models/web-llm-addresses.ts";
import type { DownloadJob, DownloadNews } from "../../worker/download/download-protocol.ts";

/** Undefined for a model without files to fetch. `modelHost` is the setting as a person gave it. */
export function jobOf(profile: ModelProfile, modelHost: string): DownloadJob | undefined {
  const checked = modelHostOf(modelHost);
  const host = checked.ok ? checked.value : defaultModelHost;
  const { id: modelId } = profile;
  if (profile.engine === "web-llm") {
    const urls = webLlmUrls(modelId, host);
    return urls && { kind: "download", modelId, source: { kind: "mlc", urls } };
  }
  // What a person brought has no address: it is here or nowhere.
  const files = (profile.files ?? []).filter(({ url }) => url !== "")
    .map((file) => ({ ...file, url: atModelHost(file.url, host) }));
  return files.length === 0
    ? undefined
    : { kind: "download", modelId, source: { kind: "files", files } };
}

export async function downloadProfile(
  deps: DownloadWorkerDeps,
  profile: ModelProfile,
  modelHost: string,
  onNews: (news: DownloadNews) => void,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const job = jobOf(profile, modelHost);
  if (job === undefined) {
    return { kind: "failed", error: { kind: "not-downloaded", modelId: profile.id } };
  }
  return await downloadInWorker(deps, job, onNews, signal);
}
