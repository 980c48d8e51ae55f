/** A session's log, live: windowed, so that ten thousand entries cost no more than a screenful. */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX, VNode } from "preact";
import { useCallback } from "preact/hooks";
import type { SegmentEntry, SessionSnapshot } from "#shared/session/mod.ts";
import { t } from "../messages/translate.ts";
import { LogView } from "../room/log/log-view.tsx";
import { buildLines, flowLines, type LogLine } from "./log-lines.ts";
import { LogLineView } from "./log-line-view.tsx";
import { useSession } from "./session-context.ts";

export function SessionLog(): JSX.Element {
  const { roomId, session, name, snapshot, ask } = useSession();
  const openAsides = useSignal<ReadonlySet<string>>(new Set());
  // Computed apart: a token of the text in flight builds no line of the log anew.
  const older = useSignal<readonly SegmentEntry[]>([]);
  /** There is nothing before the entry of this index. */
  const goneBelow = useSignal(0);
  const entries = useComputed(() => withOlder(older.value, snapshot.value));
  const inFlight = useComputed(() => snapshot.value.inFlight);
  const stored = useComputed(() => buildLines(entries.value, openAsides.value, goneBelow.value));
  const lines = useComputed(() => [...stored.value, ...flowLines(inFlight.value)]);
  const readOlder = useCallback(async (before: number): Promise<void> => {
    const answer = await ask({ method: "read-log", before });
    if (answer?.kind !== "log-entries") return;
    if (answer.entries.length === 0) {
      goneBelow.value = before;
      return;
    }
    // What was read before joins only where nothing is missing between.
    const known = older.peek();
    older.value = [...answer.entries, ...known[0]?.index === before ? known : []];
  }, [ask]);
  const drawLine = useCallback((line: LogLine): VNode => (
    <LogLineView
      line={line}
      onOlder={(before) => void readOlder(before)}
      onToggle={(key) => {
        const next = new Set(openAsides.peek());
        if (!next.delete(key)) next.add(key);
        openAsides.value = next;
      }}
    />
  ), [readOlder]);
  if (lines.value.length === 0) {
    return (
      <div class="insp-empty">
        <h3>{t("slog.empty")}</h3>
        <p>{t("slog.empty-text", { name })}</p>
      </div>
    );
  }
  return (
    <LogView
      placeId={`${roomId}/${session}`}
      label={t("slog.name", { name })}
      rows={lines.value}
      drawRow={drawLine}
    />
  );
}

/** What was read of older entries joins the snapshot's, also after that has moved on. */
function withOlder(
  older: readonly SegmentEntry[],
  { entries, first }: SessionSnapshot,
): readonly SegmentEntry[] {
  const [oldest] = older;
  const last = older.at(-1);
  if (oldest === undefined || last === undefined) return entries;
  // A gap: the snapshot has let go of entries that were never read here.
  if (last.index + 1 < first) return entries;
  return [...older.filter(({ index }) => index < first), ...entries];
}
