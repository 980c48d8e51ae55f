/** Four words of the history up to an entry, to compare where nothing of the other ever arrives. */

import "./people-text.ts";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { HistoryCheck } from "../../../client/app-client.ts";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { useRoom } from "../room-context.ts";

export function HistoryWords(): JSX.Element | null {
  const app = useApp();
  const { roomId } = useRoom();
  const [check, setCheck] = useState<HistoryCheck | undefined>(undefined);
  const id = useId();
  const read = async (upTo: number | undefined): Promise<void> => {
    const done = await app.act({ kind: "people", roomId, ask: { kind: "history", upTo } });
    if (done?.kind === "people-replied" && done.reply.kind === "history") setCheck(done.reply);
  };
  useEffect(() => void read(undefined), [roomId]);
  if (check === undefined || check.head === 0) return null;
  return (
    <section class="device-keys" aria-label={t("history.title")}>
      <h3>{t("history.title")}</h3>
      <p class="hint">{t("history.lead")}</p>
      <div class="history-row">
        <label for={id}>{t("history.up-to")}</label>
        <input
          id={id}
          class="input history-place"
          type="number"
          min={1}
          max={check.head}
          value={check.seq}
          onChange={(event) => {
            const upTo = event.currentTarget.valueAsNumber;
            if (Number.isSafeInteger(upTo)) void read(upTo);
          }}
        />
        <output for={id} lang="en" dir="ltr" class="history-words">
          {check.wordIndexes === undefined
            ? t("history.unknown")
            : check.wordIndexes.map((index) => wordlist[index]).join(" ")}
        </output>
      </div>
    </section>
  );
}
