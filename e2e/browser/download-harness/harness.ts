/**
 * The production download code in a real browser, for the torture: small limits, so that a file of
 * some kilobytes has parts and a retry takes no time. This script is the page and, started once
 * more, the worker.
 */

import { createSha256 } from "../../../shared/base/mod.ts";
import { downloadLimits, type DownloadOutcome } from "../../../shared/inference/mod.ts";
import { createBrowserRandom } from "../../../web/adapters/browser-chance.ts";
import { createBrowserClock } from "../../../web/adapters/browser-clock.ts";
import { createOpfsModelFiles } from "../../../web/adapters/opfs-model-files.ts";
import { trustedScriptUrl } from "../../../web/client/trusted-types.ts";
import type {
  DownloadJob,
  DownloadMessage,
} from "../../../web/worker/download/download-protocol.ts";
import {
  type DownloadScope,
  serveDownloads,
} from "../../../web/worker/download/serve-downloads.ts";

const limits = {
  ...downloadLimits,
  ...{ partBytes: 8_192, progressBytesMin: 4_096, noteBytes: 8_192 },
  ...{ backoffMsMin: 2, backoffMsMax: 20, stallMsMax: 400 },
};

const face = {
  /** Runs one download in a worker of its own; `stop` and `kill` end it from outside. */
  async download(job: DownloadJob): Promise<DownloadOutcome | "killed"> {
    const worker = new Worker(trustedScriptUrl("/harness.js"), { type: "module" });
    const { port1, port2 } = new MessageChannel();
    const ended = new Promise<DownloadOutcome | "killed">((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<DownloadMessage>) => {
        if (data.kind === "outcome") resolve(data.outcome);
      };
      running.set(job.modelId, {
        stop: () => port1.postMessage({ kind: "stop" }),
        kill: () => {
          worker.terminate();
          resolve("killed");
        },
      });
    });
    worker.postMessage(job, [port2]);
    const outcome = await ended;
    running.delete(job.modelId);
    worker.terminate();
    return outcome;
  },
  breakOff(modelId: string, how: "stop" | "kill"): void {
    running.get(modelId)?.[how]();
  },
  /** What is here of a model: whole files with their hashes. */
  async keptOf(modelId: string) {
    const files = createOpfsModelFiles();
    const kept = (await files.list()).find((one) => one.modelId === modelId);
    return await Promise.all((kept?.files ?? []).map(async ({ path, bytes }) => {
      const hash = createSha256();
      hash.update(await (await files.open(modelId, path))?.bytes() ?? new Uint8Array());
      return { path, bytes, sha256: hash.hex() };
    }));
  },
  remove: async (modelId: string) => await createOpfsModelFiles().remove(modelId),
};

const running = new Map<string, { readonly stop: () => void; readonly kill: () => void }>();

export type DownloadHarness = typeof face;

if ("document" in globalThis) Object.assign(globalThis, { downloadHarness: face });
else {
  serveDownloads(globalThis as unknown as DownloadScope, {
    ...{ clock: createBrowserClock(), random: createBrowserRandom(), limits },
    fetch: (input, init) => fetch(input, init),
  });
}
