/** The models that a server lists: which of them to offer, and with which context. */

import "./endpoints-text.ts";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { EndpointCheck, EndpointDraft } from "../../client/app-client.ts";
import { endpointsLimits } from "../../client/endpoints/endpoint.ts";
import { formatNumber, plural, t } from "../messages/translate.ts";

/** A longer list is a cloud's: its person wants some of it. */
const ALL_CHOSEN_MAX = 8;

export function EndpointModels({ check, onAdd }: {
  readonly check: Extract<EndpointCheck, { readonly kind: "reached" }>;
  readonly onAdd: (models: EndpointDraft["models"]) => Promise<void>;
}): JSX.Element {
  const { models, modelsLeftOut } = check;
  const id = useId();
  const [contextTokens, setContext] = useState<number>(endpointsLimits.contextTokensDefault);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() =>
    new Set(models.length <= ALL_CHOSEN_MAX ? models.map(({ name }) => name) : [])
  );
  const toggled = (names: ReadonlySet<string>, name: string): ReadonlySet<string> => {
    const next = new Set(names);
    if (!next.delete(name)) next.add(name);
    return next;
  };
  const [seeing, setSeeing] = useState<ReadonlySet<string>>(() =>
    new Set(models.filter((one) => one.seesImages).map(({ name }) => name))
  );
  const added = models.filter(({ name }) => chosen.has(name)).map((one) => ({
    ...{ name: one.name, contextTokens: one.contextTokens ?? contextTokens },
    ...seeing.has(one.name) ? { seesImages: true } as const : {},
  }));
  if (models.length === 0) return <p class="note note-warn" role="alert">{t("endpoints.none")}</p>;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void onAdd(added);
      }}
    >
      <fieldset class="endpoint-models">
        <legend>{t("endpoints.models")}</legend>
        {models.map(({ name, contextTokens: told }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.has(name)}
              onChange={() => setChosen(toggled(chosen, name))}
            />
            <span>{name}</span>
            {told !== undefined && (
              <small>{t("endpoints.context-told", { count: formatNumber(told) })}</small>
            )}
          </label>
        ))}
      </fieldset>
      {added.length > 0 && (
        <fieldset class="endpoint-models">
          <legend>{t("endpoints.sees")}</legend>
          {added.map(({ name }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={seeing.has(name)}
                onChange={() => setSeeing(toggled(seeing, name))}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      )}
      {modelsLeftOut > 0 && <p class="hint">{plural("endpoints.left-out", modelsLeftOut)}</p>}
      {models.some((one) => one.contextTokens === undefined) && (
        <div class="field">
          <label for={id}>{t("endpoints.context")}</label>
          <input
            id={id}
            class="input"
            type="number"
            required
            min={endpointsLimits.contextTokensMin}
            value={String(contextTokens)}
            aria-describedby={`${id}-hint`}
            onInput={(event) => setContext(Number(event.currentTarget.value))}
          />
          <p class="hint" id={`${id}-hint`}>{t("endpoints.context-hint")}</p>
        </div>
      )}
      <div>
        <button
          type="submit"
          class="button button-key"
          disabled={added.length === 0 || added.length > endpointsLimits.modelsMax}
        >
          {t("endpoints.save")}
        </button>
      </div>
    </form>
  );
}
