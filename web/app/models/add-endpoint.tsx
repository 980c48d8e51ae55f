/** Servers of models: those that were added, and the form that looks for one and adds it. */

import "../room/side-text.ts";
import "./models-text.ts";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { EndpointView } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { formatNumber, t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { Confirm } from "../parts/modal.tsx";
import { EndpointForm } from "./endpoint-form.tsx";
import { modelName } from "./model-names.ts";

export function EndpointsPanel(): JSX.Element {
  const endpoints = useApp().part.endpoints.value;
  const [isAdding, setAdding] = useState(false);
  return (
    <section class="panel" aria-label={t("endpoints.title")}>
      <h2>{t("endpoints.title")}</h2>
      <p class="hint">{t("endpoints.lead")}</p>
      {endpoints.map((endpoint) => <Endpoint key={endpoint.id} endpoint={endpoint} />)}
      {isAdding ? <EndpointForm onClose={() => setAdding(false)} /> : (
        <div>
          <button type="button" class="button" onClick={() => setAdding(true)}>
            <Icon name="plus" size={16} />
            {t("endpoints.add")}
          </button>
        </div>
      )}
    </section>
  );
}

function Endpoint({ endpoint }: { readonly endpoint: EndpointView }): JSX.Element {
  const app = useApp();
  const [isRemoving, setRemoving] = useState(false);
  const { id, name, host, isLocal, hasKey, slots, modelIds } = endpoint;
  const facts = [
    host,
    t("endpoints.slots-value", { count: formatNumber(slots) }),
    ...hasKey ? [t("endpoints.has-key")] : [],
  ];
  return (
    <article class="endpoint" aria-label={name} data-endpoint={host}>
      <header class="model-head">
        <h3>{name}</h3>
        <span class="tag">{isLocal ? t("endpoints.local") : t("place.leaves", { host })}</span>
      </header>
      <p class="hint">{facts.join(" · ")}</p>
      {!isLocal && <p class="hint warn">{t("endpoints.leaves-text", { host })}</p>}
      <div class="row-buttons">
        {modelIds.map((modelId) => <UseButton key={modelId} modelId={modelId} />)}
        <button
          type="button"
          class="button button-quiet-danger"
          onClick={() => setRemoving(true)}
        >
          <Icon name="trash" size={16} />
          {t("endpoints.remove")}
        </button>
      </div>
      {isRemoving && (
        <Confirm
          title={t("endpoints.remove-title", { name })}
          text={t("endpoints.remove-text")}
          confirm={t("endpoints.remove")}
          danger
          onConfirm={() => void app.act({ kind: "remove-endpoint", id })}
          onClose={() => setRemoving(false)}
        />
      )}
    </article>
  );
}

function UseButton({ modelId }: { readonly modelId: string }): JSX.Element {
  const app = useApp();
  const engine = app.part.engine.value;
  const name = modelName(app.part.models.value, modelId);
  if (engine.modelId === modelId) {
    const state = engine.phase === "ready" ? t("models.in-use") : t("models.chosen");
    return <span class="tag tag-key">{`${name}: ${state}`}</span>;
  }
  return (
    <button
      type="button"
      class="button"
      onClick={() => void app.act({ kind: "choose-model", modelId })}
    >
      {t("endpoints.use", { name })}
    </button>
  );
}
