/** Keys in the settings: the switch, and the way to the help. */

import "./keys-text.ts";
import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { isHelpOpen } from "./help-open.ts";
import { SingleKeysChoice } from "./single-keys-choice.tsx";

export function KeysPanel(): JSX.Element {
  return (
    <section class="panel" aria-label={t("keys.title")}>
      <h2>{t("keys.title")}</h2>
      <SingleKeysChoice />
      <div>
        <button
          type="button"
          class="button"
          onClick={() => {
            isHelpOpen.value = true;
          }}
        >
          {t("keys.show")}
        </button>
      </div>
    </section>
  );
}
