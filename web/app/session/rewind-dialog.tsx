/** Where to rewind a session to, what that cannot take back, and the deed. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { SessionAnswer } from "#shared/session/mod.ts";
import { formatList, formatNumber, t } from "../messages/translate.ts";
import { Modal } from "../parts/modal.tsx";
import { useSession } from "./session-context.ts";
import { toolName } from "./session-words.ts";

type Targets = Extract<SessionAnswer, { readonly kind: "rewind-targets" }>;

export function RewindDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { name, ask, told, givenBack } = useSession();
  const id = useId();
  const listed = useSignal<Targets | undefined>(undefined);
  const chosen = useSignal<number | undefined>(undefined);
  const look = async (): Promise<void> => {
    const answer = await ask({ method: "list-rewind-targets" });
    if (answer?.kind === "rewind-targets") listed.value = answer;
    else onClose();
  };
  useEffect(() => void look(), []);
  const rewind = async (): Promise<void> => {
    const { value: to } = chosen;
    if (to === undefined || listed.value === undefined) return;
    const answer = await ask({ method: "rewind", to, expectHead: listed.value.head });
    if (answer?.kind === "rewound") {
      givenBack.value = answer.text === "" ? undefined : answer.text;
      const text = answer.text === "" ? t("session.done-rewound-plain") : t("session.done-rewound");
      told.value = { tone: "done", text };
    }
    // A refusal is told under the head; the list may be another one by now.
    onClose();
  };
  const targets = listed.value?.targets.toReversed();
  return (
    <Modal title={t("rew.title", { name })} kind="wide" onClose={onClose}>
      <p class="hint">{t("rew.lead", { name })}</p>
      {targets === undefined && <p role="status" aria-busy="true">{t("rew.looking")}</p>}
      {targets?.length === 0 && <p>{t("rew.none")}</p>}
      {targets !== undefined && targets.length > 0 && (
        <fieldset class="choices rew-list">
          <legend>{t("rew.pick")}</legend>
          {targets.map(({ to, run, preview, effects }) => (
            <label key={to} class="choice">
              <input
                type="radio"
                name={id}
                checked={chosen.value === to}
                onChange={() => {
                  chosen.value = to;
                }}
              />
              <span>
                <b>{t("rew.run", { run: formatNumber(run) })}</b>{" "}
                <span dir="auto">{preview === "" ? t("rew.no-words") : preview}</span>
                {effects.length > 0 && (
                  <small class="warn">
                    {t("rew.effects", { tools: formatList(effects.map(toolName)) })}
                  </small>
                )}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <div class="modal-actions modal-actions-stay">
        <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
        <button
          type="button"
          class="button button-key"
          disabled={chosen.value === undefined}
          onClick={() => void rewind()}
        >
          {t("rew.confirm")}
        </button>
      </div>
    </Modal>
  );
}
