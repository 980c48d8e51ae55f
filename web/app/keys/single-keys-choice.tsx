/** Turns keys of one character off, for who speaks to their device or presses one by chance. */

import "./keys-text.ts";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { t } from "../messages/translate.ts";
import { allowSingleKeys, singleKeys } from "./single-keys.ts";

export function SingleKeysChoice(): JSX.Element {
  const id = useId();
  return (
    <div class="key-choice">
      <label class="choice">
        <input
          type="checkbox"
          checked={singleKeys.value}
          aria-describedby={id}
          onChange={(event) => allowSingleKeys(event.currentTarget.checked)}
        />
        <span>{t("keys.single")}</span>
      </label>
      <p class="hint" id={id}>{t("keys.single-hint")}</p>
    </div>
  );
}
