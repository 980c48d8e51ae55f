/**
 * Models and engine: what runs, what could run, and what it would cost, before anything is fetched.
 */

import "./models-text.ts";
import "./downloads-text.ts";
import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { formatList, formatNumber, t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { ServicesPanel } from "../supervision/services-panel.tsx";
import { EndpointsPanel } from "./add-endpoint.tsx";
import { AddGguf } from "./add-gguf.tsx";
import { DeviceCheck } from "./device-check.tsx";
import { EnginePanel, Fact } from "./engine-panel.tsx";
import { KeptPanel } from "./kept-panel.tsx";
import { ModelCard } from "./model-card.tsx";

export function ModelsScreen(): JSX.Element {
  const app = useApp();
  useEffect(() => {
    void app.act({ kind: "list-models" });
  }, [app]);
  return (
    <main id="main" class="screen" tabIndex={-1}>
      <div class="screen-title">
        <h1>{t("models.title")}</h1>
        <p class="lead">{t("models.lead")}</p>
      </div>
      <div class="models-layout">
        <EnginePanel />
        <ModelList />
        <div class="stack">
          <EndpointsPanel />
          <KeptPanel />
          <ServicesPanel />
          <FactsPanel />
          <AddGguf />
          <DeviceCheck />
          <HostPanel />
        </div>
      </div>
    </main>
  );
}

/** What stands where the models will, while the device is looked at. */
const BLANKS = ["first", "second", "third"];

function ModelList(): JSX.Element {
  const models = useApp().part.models.value;
  return (
    <section class="model-list" aria-label={t("models.list")}>
      <h2>{t("models.list")}</h2>
      {models.phase === "loaded"
        ? models.rows.filter(({ profile }) => profile.endpoint === undefined).map((row) => (
          <ModelCard
            key={row.profile.id}
            row={row}
            isSuggested={row.profile.id === models.suggested}
          />
        ))
        : (
          <>
            <p class="sr-only" role="status">{t("models.loading")}</p>
            {BLANKS.map((key) => <div key={key} class="model model-blank" aria-hidden="true" />)}
          </>
        )}
    </section>
  );
}

function FactsPanel(): JSX.Element | null {
  const facts = useApp().part.facts.value;
  if (facts === undefined) return null;
  const unknown = t("facts.unknown");
  return (
    <section class="panel" aria-label={t("facts.title")}>
      <h2>{t("facts.title")}</h2>
      <dl class="facts">
        <Fact name={t("facts.webgpu")} value={t(`facts.webgpu-${facts.webgpu}`)} />
        <Fact
          name={t("facts.adapter")}
          value={facts.adapter === "" ? t("facts.none") : facts.adapter}
        />
        <Fact
          name={t("facts.storage")}
          value={facts.storageBytesFree === undefined
            ? unknown
            : formatBytes(facts.storageBytesFree)}
        />
        <Fact
          name={t("facts.memory")}
          value={facts.memoryGiB === undefined
            ? unknown
            : t("facts.memory-value", { count: formatNumber(facts.memoryGiB) })}
        />
        <Fact
          name={t("facts.features")}
          value={facts.features.length === 0 ? t("facts.none") : formatList(facts.features)}
        />
      </dl>
    </section>
  );
}

function HostPanel(): JSX.Element {
  const app = useApp();
  const [url, setUrl] = useState(app.part.modelHost.value);
  const id = useId();
  const save = async (): Promise<void> => {
    const done = await app.act({ kind: "set-model-host", url: url.trim() });
    if (done !== undefined) app.tell(t("host.saved"));
  };
  return (
    <section class="panel" aria-label={t("host.title")}>
      <h2>{t("host.title")}</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="field">
          <label for={id}>{t("host.label")}</label>
          <input
            id={id}
            class="input"
            type="text"
            inputMode="url"
            autocomplete="off"
            spellcheck={false}
            placeholder="https://"
            value={url}
            aria-describedby={`${id}-hint`}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
          <p class="hint" id={`${id}-hint`}>{t("host.hint")}</p>
        </div>
        <div>
          <button type="submit" class="button">{t("host.save")}</button>
        </div>
      </form>
    </section>
  );
}
