/** Ends that nobody asked for, the newest first: when, which start, how long it worked, and why. */

import "./hosting-text.ts";
import type { JSX } from "preact";
import { formatNumber, t } from "../messages/translate.ts";
import { Detail } from "../parts/detail.tsx";
import { formatDuration, formatTime } from "../parts/format.ts";

export interface RestartItem {
  /** Epoch ms. */
  readonly atMs: number;
  /** The start that ended, counted from 1. */
  readonly number: number;
  /** In plain words. */
  readonly why: string;
  /** How long it had been ready; undefined where that is not known. */
  readonly readyMs?: number;
  /** The technical words; may be empty. */
  readonly detail: string;
}

export function RestartList({ items, isOpen }: {
  readonly items: readonly RestartItem[];
  readonly isOpen: boolean;
}): JSX.Element {
  return (
    <details class="history" open={isOpen && items.length > 0}>
      <summary>{t("restarts.title")} ({formatNumber(items.length)})</summary>
      {items.length === 0 ? <p class="hint">{t("restarts.none")}</p> : (
        <ol>
          {items.toReversed().map((item) => (
            <li key={`${item.number} ${item.atMs}`}>
              <time dateTime={new Date(item.atMs).toISOString()}>{formatTime(item.atMs)}</time>
              <span>
                {t("restarts.entry", { number: formatNumber(item.number), why: item.why })}
                {item.readyMs !== undefined && `, ${worked(item.readyMs)}`}
                {item.detail !== "" && <Detail text={item.detail} />}
              </span>
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}

function worked(readyMs: number): string {
  return readyMs === 0
    ? t("restarts.before-ready")
    : t("restarts.after", { time: formatDuration(readyMs) });
}
