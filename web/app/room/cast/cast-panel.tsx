/** The cast: personas with host, lane, model and state; the room's rule. */

import "../side-text.ts";
import "../../persona/recipe-text.ts";
import "../../invite/invite-text.ts";
import type { JSX } from "preact";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { MuteButton } from "../../attention/mute-button.tsx";
import { Avatar, hueProps } from "../../parts/avatar.tsx";
import { Icon } from "../../parts/icon.tsx";
import { dropBidi } from "../../text/bidi.ts";
import { cleanName } from "../../text/clean-name.ts";
import { laneName, modelName } from "../../models/model-names.ts";
import { ReadsPanel } from "../reads/reads-panel.tsx";
import { deviceName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { useOutlook } from "./hostless-line.tsx";
import { describeHostless } from "./outlook-words.ts";
import { describeRule } from "./room-rule.ts";
import { CastService } from "./cast-service.tsx";
import { type CastMember, type CastPhase, listCast } from "./cast-state.ts";

export function CastPanel(): JSX.Element {
  const { view, state, opened, canWrite } = useRoom();
  const cast = listCast(state.value, view.value.running);
  return (
    <section class="side-part" aria-label={t("cast.title")}>
      <header class="side-head">
        <h2>{t("cast.title")}</h2>
        {canWrite.value && (
          <button
            type="button"
            class="icon-button"
            aria-label={t("cast.add")}
            title={t("cast.add")}
            onClick={() => {
              opened.value = { kind: "persona", persona: undefined };
            }}
          >
            <Icon name="plus" />
          </button>
        )}
      </header>
      {cast.length === 0 && <p class="hint">{t("cast.empty")}</p>}
      <ul class="cast">
        {cast.map((member) => <CastCard key={member.persona.id} member={member} />)}
      </ul>
      <RecipeLine />
      <ReadsPanel />
    </section>
  );
}

function CastCard({ member }: { readonly member: CastMember }): JSX.Element {
  const { opened, mention, canWrite, ownDevice } = useRoom();
  const { persona, phase, live, host } = member;
  const name = cleanName(persona.card.name);
  return (
    <li
      class={`cast-card ${live ? "cast-live" : ""}`}
      {...hueProps(persona.card.hue)}
      data-persona={persona.id}
      data-phase={phase}
    >
      <Avatar name={name} hue={persona.card.hue} size="m" />
      <div class="cast-words">
        {canWrite.value
          ? (
            <button
              type="button"
              class="cast-name"
              aria-label={t("cast.edit", { name })}
              onClick={() => {
                opened.value = { kind: "persona", persona: persona.id };
              }}
            >
              {name}
            </button>
          )
          : <b class="cast-name">{name}</b>}
        <span class="cast-gist">{dropBidi(persona.card.gist)}</span>
        <HostLine member={member} />
        <CastService persona={persona.id} name={name} isHosted={host !== undefined} />
      </div>
      <span class={`cast-state cast-state-${phase}`}>{phaseWord(phase)}</span>
      <span class="cast-actions">
        {host?.device === ownDevice.value && (
          <button
            type="button"
            class="action"
            aria-label={t("cast.session", { name })}
            title={t("cast.session", { name })}
            onClick={() => {
              opened.value = { kind: "session", session: persona.id };
            }}
          >
            <Icon name="pulse" size={16} />
          </button>
        )}
        <MuteButton author={persona.id} name={name} compact />
        {canWrite.value && (
          <button
            type="button"
            class="action"
            aria-label={t("cast.address", { name })}
            title={t("cast.address", { name })}
            onClick={() => {
              opened.value = undefined;
              mention.value = persona.id;
            }}
          >
            <Icon name="at" size={16} />
          </button>
        )}
      </span>
    </li>
  );
}

function HostLine({ member }: { readonly member: CastMember }): JSX.Element {
  const app = useApp();
  const { state, ownDevice } = useRoom();
  const outlook = useOutlook();
  const { host } = member;
  if (host === undefined) {
    return <span class="cast-host bad">{describeHostless(outlook, member.persona)}</span>;
  }
  const parts = [
    host.device === ownDevice.value
      ? t("people.host-own")
      : t("people.host-other", { name: deviceName(state.value, host.device) }),
    host.lane === undefined ? undefined : laneName(host.lane),
    host.modelId === undefined ? undefined : modelName(app.part.models.value, host.modelId),
  ];
  return (
    <span class="cast-host">
      {parts.filter((part) => part !== undefined).join(" · ")}
      {host.leavesFor !== undefined && (
        <span class="warn">{` · ${t("place.leaves", { host: dropBidi(host.leavesFor) })}`}</span>
      )}
    </span>
  );
}

function RecipeLine(): JSX.Element {
  const { state, opened, canWrite } = useRoom();
  const rule = describeRule(state.value);
  const words = (
    <>
      <span>{t("recipe.title")}</span>{" "}
      {canWrite.value ? <b>{rule.text}</b> : <span>{rule.text}</span>}
    </>
  );
  return (
    <>
      {canWrite.value
        ? (
          <button
            type="button"
            class="recipe-line"
            onClick={() => {
              opened.value = { kind: "recipe" };
            }}
          >
            {words}
          </button>
        )
        : <p class="recipe-line">{words}</p>}
      {rule.trouble !== undefined && <p class="hint warn">{rule.trouble}</p>}
    </>
  );
}

function phaseWord(phase: CastPhase): string {
  return phase === "ready" ? t("cast.state-ready") : t(`cast.state-${phase}`);
}
