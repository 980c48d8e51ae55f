/** Settings: notifications of this browser, and whether they show words. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { attention } from "../messages/english/attention.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { keepAttention } from "./keep-attention.ts";
import { TurnOn } from "./turn-on.tsx";

addEnglish(attention);

export function AttentionPanel(): JSX.Element {
  const app = useApp();
  const id = useId();
  const { isOn, showsWords } = app.attention.value;
  const setWords = (next: boolean): void => {
    if (!keepAttention(app.attention, (now) => ({ ...now, showsWords: next }))) {
      app.tell(t("attention.not-kept"));
    }
  };
  return (
    <section class="panel" aria-label={t("attention.title")}>
      <h2>{t("attention.title")}</h2>
      <p>{t("attention.text")}</p>
      <TurnOn />
      {isOn && (
        <div>
          <label class="choice">
            <input
              type="checkbox"
              checked={showsWords}
              aria-describedby={id}
              onChange={({ currentTarget }) => setWords(currentTarget.checked)}
            />
            <span>{t("attention.show-words")}</span>
          </label>
          <p class="hint" id={id}>{t("attention.show-words-hint")}</p>
        </div>
      )}
      <p class="hint">{t("attention.only-open")}</p>
    </section>
  );
}
