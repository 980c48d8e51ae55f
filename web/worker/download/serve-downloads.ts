/** The download worker's side of its messages: a port for each download (download-protocol.ts). */

import type { DownloadOutcome } from "#shared/inference/mod.ts";
import { downloadModel, type DownloadModelDeps } from "./download-model.ts";
import { type DownloadMessage, type DownloadNews, isDownloadJob } from "./download-protocol.ts";

/** The part of a worker's global scope that is used here. */
export interface DownloadScope {
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}

/** Amounts are told at most as often. */
const NEWS_MS = 250;

export function serveDownloads(scope: DownloadScope, deps: DownloadModelDeps): void {
  scope.addEventListener("message", ({ data, ports: [port] }) => {
    if (port === undefined || !isDownloadJob(data)) return; // Nobody to tell.
    const stop = new AbortController();
    port.onmessage = () => stop.abort("stopped by the page");
    const post = (message: DownloadMessage) => port.postMessage(message);
    const onNews = thin(deps, post);
    const end = (outcome: DownloadOutcome): void => {
      post({ kind: "outcome", outcome });
      port.close();
    };
    // The worker's entry: what escapes here is a defect, and told as one.
    downloadModel(deps, data, onNews, stop.signal).then(end, (error: unknown) => {
      end({ kind: "failed", error: { kind: "internal", detail: String(error) } });
    });
  });
}

function thin(
  { clock }: DownloadModelDeps,
  post: (news: DownloadNews) => void,
): (news: DownloadNews) => void {
  let last: { readonly atMs: number; readonly isChecking: boolean } | undefined;
  return (news) => {
    const atMs = clock.now();
    const isNew = last?.isChecking !== news.isChecking || atMs - last.atMs >= NEWS_MS;
    if (!isNew) return;
    last = { atMs, isChecking: news.isChecking };
    post(news);
  };
}
