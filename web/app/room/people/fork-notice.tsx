/** That the relay showed somebody another history: calm, plain, and there until it is dismissed. */

import "./people-text.ts";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { forkKey } from "../../../client/shared/people/people-ask.ts";
import { useApp } from "../../app-context.ts";
import { formatNumber, plural, t } from "../../messages/translate.ts";
import { Detail } from "../../parts/detail.tsx";
import { Icon } from "../../parts/icon.tsx";
import { deviceName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";

export function ForkNotice(): JSX.Element | null {
  const app = useApp();
  const { roomId, state, view, opened } = useRoom();
  const [seen, setSeen] = useState<readonly string[] | undefined>(undefined);
  useEffect(() => {
    const ask = { kind: "forks-seen" } as const;
    void app.client.send({ kind: "people", roomId, ask }).then((done) => {
      const reply = done.ok && done.value.kind === "people-replied" ? done.value.reply : undefined;
      // Shown again rather than not at all, when the notes cannot be read.
      setSeen(reply?.kind === "forks-seen" ? reply.forks : []);
    });
  }, [roomId]);
  const fork = view.value.shared?.forks?.find((one) => seen?.includes(forkKey(one)) === false);
  if (fork === undefined) return null;
  const more = view.value.shared?.otherForks ?? 0;
  const name = deviceName(state.value, fork.device);
  const dismiss = async (): Promise<void> => {
    const ask = { kind: "dismiss-fork", fork: forkKey(fork) } as const;
    if (await app.act({ kind: "people", roomId, ask }) === undefined) return;
    setSeen([...seen ?? [], forkKey(fork)]);
  };
  return (
    <div class="foot-line">
      <div class="note note-warn link-note" role="alert">
        <Icon name="warn" />
        <div class="note-text">
          <strong>{t("fork.title", { name })}</strong>
          <p>{t("fork.text", { name, from: formatNumber(fork.agreedSeq + 1) })}</p>
          <p>{t("fork.do", { name })}</p>
          {more > 0 && <p>{plural("fork.more", more)}</p>}
          <div class="row-buttons">
            <button
              type="button"
              class="button button-small"
              onClick={() => {
                opened.value = { kind: "device", device: fork.device };
              }}
            >
              {t("fork.compare", { name })}
            </button>
            <button type="button" class="button button-small" onClick={() => void dismiss()}>
              {t("fork.dismiss")}
            </button>
          </div>
          <Detail text={`${roomId} ${JSON.stringify(fork)}`} />
        </div>
      </div>
    </div>
  );
}
