/** A session's log, live: windowed, so that ten thousand entries cost no more than a screenful. */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX, VNode } from "preact";
import { useCallback } from "preact/hooks";
import { t } from "../messages/translate.ts";
import { LogView } from "../room/log/log-view.tsx";
import { buildLines, flowLines, type LogLine } from "./log-lines.ts";
import { LogLineView } from "./log-line-view.tsx";
import { useSession } from "./session-context.ts";

export function SessionLog(): JSX.Element {
  const { roomId, session, name, snapshot } = useSession();
  const openAsides = useSignal<ReadonlySet<string>>(new Set());
  // Computed apart: a token of the text in flight builds no line of the log anew.
  const entries = useComputed(() => snapshot.value.entries);
  const inFlight = useComputed(() => snapshot.value.inFlight);
  const stored = useComputed(() => buildLines(entries.value, openAsides.value));
  const lines = useComputed(() => [...stored.value, ...flowLines(inFlight.value)]);
  const drawLine = useCallback((line: LogLine): VNode => (
    <LogLineView
      line={line}
      onToggle={(key) => {
        const next = new Set(openAsides.peek());
        if (!next.delete(key)) next.add(key);
        openAsides.value = next;
      }}
    />
  ), []);
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
