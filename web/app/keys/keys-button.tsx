/** Opens the help about keys from the rail. */

import "./keys-text.ts";
import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { isHelpOpen } from "./help-open.ts";

export function KeysButton(): JSX.Element {
  return (
    <button
      type="button"
      class="rail-keys"
      onClick={() => {
        isHelpOpen.value = true;
      }}
    >
      <kbd aria-hidden="true">?</kbd>
      {t("keys.open")}
    </button>
  );
}
