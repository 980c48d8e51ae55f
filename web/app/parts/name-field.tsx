/** Asks for the name under which other people of a room see this device's owner. */

import "../invite/invite-text.ts";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { t } from "../messages/translate.ts";

export function NameField({ name, onName, isMissing }: {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly isMissing: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("join.name")}</label>
      <input
        id={id}
        class="input"
        type="text"
        dir="auto"
        autocomplete="nickname"
        maxLength={protocolLimits.nameCharsMax}
        value={name}
        aria-invalid={isMissing}
        aria-describedby={isMissing ? `${id}-bad` : undefined}
        onInput={(event) => onName(event.currentTarget.value)}
      />
      {isMissing && <p class="hint bad" id={`${id}-bad`}>{t("join.name-missing")}</p>}
    </div>
  );
}
