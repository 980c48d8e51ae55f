/** Where a person writes to a session alone: a question with an answer, or a note without. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { useSession } from "./session-context.ts";

const MODES = ["ask", "note"] as const;
type Mode = (typeof MODES)[number];

export function PrivateBox(): JSX.Element {
  const app = useApp();
  const { roomId, session, name, givenBack } = useSession();
  const draftId = `${roomId}/${session}`;
  const id = useId();
  const mode = useSignal<Mode>("ask");
  const wakes = useSignal(false);
  const text = useSignal(app.client.readDraft(draftId));
  const write = (next: string): void => {
    text.value = next;
    app.client.writeDraft(draftId, next);
  };
  useEffect(() => {
    const words = givenBack.value;
    if (words === undefined) return;
    givenBack.value = undefined;
    mode.value = "ask";
    write([words, text.peek()].filter((part) => part !== "").join("\n"));
  }, [givenBack.value]);
  const send = useSender(mode, wakes, text, write);
  return (
    <form
      class="box"
      aria-label={t("box.form", { name })}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <fieldset class="box-modes">
        <legend class="sr-only">{t("box.mode")}</legend>
        <div class="segmented">
          {MODES.map((option) => (
            <label key={option}>
              <input
                type="radio"
                name={id}
                checked={mode.value === option}
                onChange={() => {
                  mode.value = option;
                }}
              />
              <span>{t(`box.${option}`)}</span>
            </label>
          ))}
        </div>
        {mode.value === "note" && (
          <label class="box-wake">
            <input
              type="checkbox"
              checked={wakes.value}
              onChange={(event) => {
                wakes.value = event.currentTarget.checked;
              }}
            />
            {t("box.wake")}
          </label>
        )}
      </fieldset>
      <div class="box-line">
        <textarea
          class="composer-input"
          dir="auto"
          rows={1}
          aria-label={t(`box.${mode.value}-label`, { name })}
          placeholder={t(`box.${mode.value}-place`, { name })}
          value={text.value}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        <button
          type="submit"
          class="send"
          aria-label={t(`box.send-${mode.value}`)}
          disabled={text.value.trim() === ""}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** Sends; what is refused comes back into the box, in front of whatever was typed since. */
function useSender(
  mode: { readonly value: Mode },
  wakes: { readonly value: boolean },
  text: { readonly value: string; peek(): string },
  write: (next: string) => void,
): () => Promise<void> {
  const { ask, told } = useSession();
  return async () => {
    const words = text.value;
    if (words.trim() === "") return;
    const autoRun = wakes.value;
    const isNote = mode.value === "note";
    write("");
    const answer = await ask(
      isNote
        ? { method: "notify", text: words.trim(), autoRun }
        : { method: "run", text: words.trim(), whenBusy: "queue" },
    );
    if (answer === undefined) {
      return write([words, text.peek()].filter((part) => part !== "").join("\n"));
    }
    const isKnown = answer.kind === "accepted" && !answer.isNew;
    const done = isKnown
      ? t("session.done-known")
      : !isNote
      ? t("session.done-asked")
      : autoRun
      ? t("session.done-noted-wake")
      : t("session.done-noted");
    told.value = { tone: "done", text: done };
  };
}
