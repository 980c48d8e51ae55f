/** One persona as this device serves it: phase, restarts, last failure and the way on. */

import type { JSX } from "preact";
import type { ServiceStatus } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { formatNumber, t } from "../messages/translate.ts";
import { modelName } from "../models/model-names.ts";
import { Avatar, hueProps } from "../parts/avatar.tsx";
import { Detail } from "../parts/detail.tsx";
import { Countdown } from "./countdown.tsx";
import { RestartList } from "./restart-list.tsx";
import { describeFailure, describeLatency, describeSkips, servicePhase } from "./service-words.ts";

export interface ServiceRowProps {
  readonly service: ServiceStatus;
  readonly name: string;
  readonly hue: number;
}

export function ServiceRow({ service, name, hue }: ServiceRowProps): JSX.Element {
  const { phase } = service;
  const words = servicePhase(service);
  const hasRun = service.generation > 0;
  return (
    <li class="service" {...hueProps(hue)} data-service={phase} data-persona={service.persona}>
      <div class="service-head">
        <Avatar name={name} hue={hue} size="s" />
        <b dir="auto">{name}</b>
        <span class="engine-state" role="status">
          <span class={`engine-light engine-light-${words.tone}`} aria-hidden="true" />
          {words.text}
        </span>
      </div>
      <ServiceTrouble service={service} name={name} />
      {hasRun && <Counters service={service} />}
      {service.restarts.length > 0 && (
        <RestartList
          isOpen={phase === "restarting" || phase === "failed"}
          items={service.restarts.map(({ at, generation, failure }) => ({
            atMs: at,
            number: generation,
            why: describeFailure(failure).happened,
            detail: failure.detail,
          }))}
        />
      )}
    </li>
  );
}

/** What keeps her from being served, and what to do; nothing while all is well. */
export function ServiceTrouble(
  { service, name }: Omit<ServiceRowProps, "hue">,
): JSX.Element | null {
  const app = useApp();
  const { phase, failure, retryAt } = service;
  if (phase === "skipped") {
    const models = app.part.models.value;
    const why = describeSkips(service.skips, (modelId) => modelName(models, modelId));
    return why === "" ? null : <p class="hint service-why">{why}</p>;
  }
  if (phase !== "restarting" && phase !== "failed") return null;
  const words = failure === undefined ? undefined : describeFailure(failure);
  const isFailed = phase === "failed";
  return (
    <div
      class={`note ${isFailed ? "note-bad" : "note-warn"}`}
      role={isFailed ? "alert" : undefined}
    >
      <div class="note-text">
        <p>
          {words !== undefined && <strong>{words.happened}.</strong>}{" "}
          {isFailed && words !== undefined && words.advice} {t("services.safe")}
        </p>
        {!isFailed && retryAt !== undefined && <Countdown untilMs={retryAt} />}
        {failure !== undefined && failure.detail !== "" && <Detail text={failure.detail} />}
      </div>
      <button
        type="button"
        class="button"
        aria-label={t("services.retry-of", { name })}
        onClick={() =>
          void app.act({
            kind: "service-retry",
            roomId: service.roomId,
            persona: service.persona,
          })}
      >
        {t("services.retry")}
      </button>
    </div>
  );
}

function Counters({ service }: { readonly service: ServiceStatus }): JSX.Element {
  const { counters, latencies, generation } = service;
  const facts: readonly (readonly [string, string])[] = [
    [t("services.starts"), formatNumber(generation)],
    [t("services.replied"), formatNumber(counters.replied)],
    [t("services.silent"), formatNumber(counters.silent)],
    [t("services.skipped"), formatNumber(counters.skipped)],
    [t("services.errored"), formatNumber(counters.errored)],
    [t("services.answer-time"), describeLatency(latencies.inference)],
  ];
  return (
    <dl class="facts facts-row service-facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
