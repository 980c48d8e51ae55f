/** What a persona needs to think with: any model, or one by name. */

import "../room/side-text.ts";
import "../models/models-text.ts";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { ModelRequirement } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";

interface Props {
  readonly requirement: ModelRequirement;
  readonly onChange: (requirement: ModelRequirement) => void;
  readonly readOnly: boolean;
}

function optionText({ name, memoryBytes, endpoint }: ModelProfile): string {
  if (endpoint === undefined) {
    return t("persona.model-option", { name, size: formatBytes(memoryBytes) });
  }
  const { host, isLocal } = endpoint;
  return `${name}: ${isLocal ? host : t("place.leaves", { host })}`;
}

export function ModelField({ requirement, onChange, readOnly }: Props): JSX.Element {
  const models = useApp().part.models.value;
  const id = useId();
  const { modelId } = requirement;
  const rows = models.phase === "loaded" ? models.rows : [];
  // A headless host may have asked for a model that this app does not offer.
  const isForeign = modelId !== undefined && !rows.some(({ profile }) => profile.id === modelId);
  return (
    <div class="field">
      <label for={id}>{t("persona.model")}</label>
      <span class="select">
        <select
          id={id}
          class="input"
          disabled={readOnly}
          aria-describedby={`${id}-hint`}
          value={modelId ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...requirement, modelId: value === "" ? undefined : value })}
        >
          <option value="">{t("persona.model-any")}</option>
          {isForeign && <option value={modelId}>{modelId}</option>}
          {rows.map(({ profile }) => (
            <option key={profile.id} value={profile.id}>
              {optionText(profile)}
            </option>
          ))}
        </select>
        <Icon name="open" size={16} />
      </span>
      <p class="hint" id={`${id}-hint`}>{t("persona.model-hint")}</p>
    </div>
  );
}
