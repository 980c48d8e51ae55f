/**
 * Entry of the download worker: the engine that runs meanwhile is not disturbed, and neither is the
 * page.
 */

import { downloadLimits } from "#shared/inference/mod.ts";
import { createBrowserRandom } from "../../adapters/browser-chance.ts";
import { createBrowserClock } from "../../adapters/browser-clock.ts";
import { type DownloadModelDeps } from "./download-model.ts";
import { serveDownloads } from "./serve-downloads.ts";

const deps: DownloadModelDeps = {
  clock: createBrowserClock(),
  random: createBrowserRandom(),
  fetch: (input, init) => fetch(input, init),
  limits: downloadLimits,
};

serveDownloads(self as unknown as Parameters<typeof serveDownloads>[0], deps);
