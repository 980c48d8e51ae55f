/** Tells how far a download is at most so often, and the last amount always. */

import type { Clock } from "#shared/ports/mod.ts";
import type { DownloadNews } from "./download-protocol.ts";

export const NEWS_MS = 250;

/**
 * `post` with what is told, now or when `NEWS_MS` are over: a host that falls silent leaves the
 * newest amount on the screen. Aborting forgets what was not told yet.
 */
export function thinNews(
  clock: Clock,
  post: (news: DownloadNews) => void,
  signal: AbortSignal,
): (news: DownloadNews) => void {
  let told: { readonly atMs: number; readonly isChecking: boolean } | undefined;
  let pending: DownloadNews | undefined;
  let isWaiting = false;

  const tell = (news: DownloadNews): void => {
    pending = undefined;
    told = { atMs: clock.now(), isChecking: news.isChecking };
    post(news);
  };
  const tellLater = (afterMs: number): void => {
    if (isWaiting) return;
    isWaiting = true;
    clock.sleep(afterMs, signal).then(() => {
      isWaiting = false;
      if (pending !== undefined) tell(pending);
    }, () => undefined); // Aborted: the download has ended.
  };

  return (news) => {
    const leftMs = told?.isChecking === news.isChecking ? told.atMs + NEWS_MS - clock.now() : 0;
    if (leftMs <= 0) return tell(news);
    pending = news;
    tellLater(leftMs);
  };
}
