/**
 * Entry of the download worker: the engine that runs meanwhile is not disturbed, and neither is the
 * page.
 */

import { downloadLimits } from "#shared/inference/mod.ts";
import { createBrowserRandom } from "../../adapters/browser-chance.ts";
import { createBrowserClock } from "../../adapters/browser-clock.ts";
import { resolveModelUrls } from "../web-llm/model-host.ts";
import { type DownloadModelDeps } from "./download-model.ts";
import type { DownloadJob } from "./download-protocol.ts";
import { serveDownloads } from "./serve-downloads.ts";

const deps: DownloadModelDeps = {
  clock: createBrowserClock(),
  random: createBrowserRandom(),
  fetch: (input, init) => fetch(input, init),
  limits: downloadLimits,
  findMlc,
};

serveDownloads(self as unknown as Parameters<typeof serveDownloads>[0], deps);

/** The library knows; its 6 MB are fetched only for this, and the engine wants them next. */
async function findMlc({ modelId, source }: DownloadJob) {
  if (source.kind !== "mlc") return undefined;
  const { modelLibURLPrefix, prebuiltAppConfig } = await import("@mlc-ai/web-llm");
  const record = prebuiltAppConfig.model_list.find((one) => one.model_id === modelId);
  if (record === undefined) return undefined;
  const address = { model: record.model, modelLib: record.model_lib };
  return resolveModelUrls(address, source.host, modelLibURLPrefix);
}
