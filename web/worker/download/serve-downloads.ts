/** The download worker's side of its messages: a port for each download (download-protocol.ts). */

import type { DownloadOutcome } from "#shared/inference/mod.ts";
import { downloadModel, type DownloadModelDeps } from "./download-model.ts";
import { type DownloadMessage, isDownloadJob } from "./download-protocol.ts";
import { thinNews } from "./thin-news.ts";

/** The part of a worker's global scope that is used here. */
export interface DownloadScope {
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}

export function serveDownloads(scope: DownloadScope, deps: DownloadModelDeps): void {
  scope.addEventListener("message", ({ data, ports: [port] }) => {
    if (port === undefined || !isDownloadJob(data)) return; // Nobody to tell.
    const stop = new AbortController();
    port.onmessage = () => stop.abort("stopped by the page");
    const post = (message: DownloadMessage) => port.postMessage(message);
    const over = new AbortController();
    const onNews = thinNews(deps.clock, post, over.signal);
    const end = (outcome: DownloadOutcome): void => {
      over.abort("ended");
      post({ kind: "outcome", outcome });
      port.close();
    };
    // The worker's entry: what escapes here is a defect, and told as one.
    downloadModel(deps, data, onNews, stop.signal).then(end, (error: unknown) => {
      end({ kind: "failed", error: { kind: "internal", detail: String(error) } });
    });
  });
}
