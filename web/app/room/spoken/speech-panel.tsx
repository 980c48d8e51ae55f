/** Settings: what a screen reader is given to say. */

import "./spoken-text.ts";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { t } from "../../messages/translate.ts";
import { chooseSpeech, SPEECH_CHOICES, speechChoice } from "./speech-choice.ts";

export function SpeechPanel(): JSX.Element {
  const id = useId();
  return (
    <section class="panel" aria-label={t("spoken.title")}>
      <h2>{t("spoken.title")}</h2>
      <fieldset class="choices" aria-describedby={`${id}-hint`}>
        <legend>{t("spoken.legend")}</legend>
        <div class="segmented">
          {SPEECH_CHOICES.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name={id}
                checked={speechChoice.value === each}
                onChange={() => chooseSpeech(each)}
              />
              <span>{t(`spoken.${each}`)}</span>
            </label>
          ))}
        </div>
        <p class="hint" id={`${id}-hint`}>{t("spoken.hint")}</p>
      </fieldset>
    </section>
  );
}
