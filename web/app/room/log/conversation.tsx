/** The log with its announcer, or the words of an empty room. */

import { useComputed, useSignalEffect } from "@preact/signals";
import type { JSX, VNode } from "preact";
import { useCallback, useRef, useState } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { useRoom } from "../room-context.ts";
import { lazyInstead } from "../../parts/lazy.tsx";
import { EmptyRoom } from "./empty-room.tsx";
import { buildRows, type Row } from "./log-rows.ts";
import { LogView } from "./log-view.tsx";
import { RowView } from "./row-view.tsx";
import { matchSent, NO_SENT_ROWS, stillWaiting } from "./unsent-rows.ts";

const Announcer = lazyInstead(
  async () => (await import("../spoken/announcer.tsx")).Announcer,
  () => <></>,
);

export function Conversation(): JSX.Element {
  const app = useApp();
  const { roomId, view, state, ownDevice, openAsides, goal, sentKeys } = useRoom();
  const [heardSeq] = useState(state.peek().head);
  const sentRows = useRef(NO_SENT_ROWS);
  const sent = useComputed(() => {
    const { unsent } = view.value;
    sentRows.current = matchSent(sentRows.current, state.value, unsent, ownDevice.value);
    return sentRows.current;
  });
  useSignalEffect(() => {
    sentKeys.value = sent.value.keys;
  });
  const rows = useComputed(() =>
    buildRows({
      state: state.value,
      running: view.value.running.filter((attempt) => attempt.roomId === roomId),
      openAsides: openAsides.value,
      unsent: stillWaiting(view.value.unsent, sent.value),
      ownDevice: ownDevice.value,
      sentKeys: sent.value.keys,
    })
  );
  const hasEarlier = useComputed(() => state.value.earlier !== undefined);
  const readEarlier = useCallback(() => void app.act({ kind: "read-earlier", roomId }), [roomId]);
  const drawRow = useCallback((row: Row): VNode => <RowView row={row} />, []);
  return (
    <>
      {rows.value.length === 0 ? <EmptyRoom /> : (
        <LogView
          placeId={roomId}
          label={t("log.name")}
          rows={rows.value}
          drawRow={drawRow}
          goal={goal}
          onEarlier={hasEarlier.value ? readEarlier : undefined}
        />
      )}
      {app.client.usable.value && <Announcer heardSeq={heardSeq} />}
    </>
  );
}
