/** Who is here: people with presence, what they host, and who only reads. */

import "../side-text.ts";
import "../../invite/invite-text.ts";
import type { JSX } from "preact";
import { formatList, plural, t } from "../../messages/translate.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Icon } from "../../parts/icon.tsx";
import { lazyScreen } from "../../parts/lazy.tsx";

import { deviceName, personaName, personName, personTint } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import {
  countNameless,
  knownPresent,
  listDisputes,
  listPeople,
  type PersonHere,
} from "./people.ts";

const ComparedMark = lazyScreen(
  async () => (await import("../people/compared-mark.tsx")).ComparedMark,
  null,
);

export function PeoplePanel(): JSX.Element {
  const { state, view, ownDevice, opened, canWrite } = useRoom();
  const { shared } = view.value;
  const present = knownPresent(shared);
  const people = listPeople(state.value, present, ownDevice.value);
  const nameless = countNameless(state.value, present ?? [], ownDevice.value);
  return (
    <section class="side-part" aria-label={t("people.title")}>
      <header class="side-head">
        <h2>{t("people.title")}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={t("invite.open")}
          title={t("invite.open")}
          onClick={() => {
            opened.value = { kind: "invite" };
          }}
        >
          <Icon name="invite" />
        </button>
      </header>
      <ul class="cast">
        {people.map((person) => <PersonCard key={person.device} person={person} />)}
      </ul>
      {!canWrite.value && <p class="people-line">{t("people.you-read")}</p>}
      {nameless > 0 && <p class="people-line">{plural("people.readers", nameless)}</p>}
      <Voucher />
      <Disputes />
      {shared !== undefined && shared.refused.length > 0 && (
        <p class="people-line warn">{plural("people.refused", shared.refused.length)}</p>
      )}
      {shared !== undefined && (
        <p class="people-line people-relay">
          <Icon name="lock" size={14} />
          {t("people.relay", { relay: shared.relayHost })}
        </p>
      )}
    </section>
  );
}

/** Nobody else can check what came along from one device: whose word it is, people should know. */
function Voucher(): JSX.Element | null {
  const { state, ownDevice } = useRoom();
  const { importedBy } = state.value;
  if (importedBy === undefined) return null;
  const words = importedBy === ownDevice.value
    ? t("people.imported-own")
    : t("people.imported", { name: deviceName(state.value, importedBy) });
  return <p class="people-line">{words}</p>;
}

/** Two devices folded something else of the same log: a fault, or somebody is not honest. */
function Disputes(): JSX.Element {
  const { state } = useRoom();
  return (
    <>
      {listDisputes(state.value).map(({ device, maker }) => (
        <p class="people-line warn" key={`${device} ${maker}`}>
          {t("people.disputed", {
            name: deviceName(state.value, device),
            maker: deviceName(state.value, maker),
          })}
        </p>
      ))}
    </>
  );
}

function PersonCard({ person }: { readonly person: PersonHere }): JSX.Element {
  const { state, ownDevice, opened, view } = useRoom();
  const name = personName(state.value, person.device, ownDevice.value);
  const hosts = person.hosts.map((id) => personaName(state.value, id));
  return (
    <li
      class={`cast-card person-card person-${person.presence}`}
      data-device={person.device}
      data-presence={person.presence}
    >
      <span class="person-face">
        <Avatar name={name} tint={personTint(person.device, ownDevice.value)} />
        <i class="presence" aria-hidden="true" />
      </span>
      <div class="cast-words">
        <span class="person-name">
          <button
            type="button"
            class="cast-name"
            dir="auto"
            aria-label={t("people.device", { name })}
            onClick={() => {
              opened.value = { kind: "device", device: person.device };
            }}
          >
            {name}
          </button>
          {view.value.shared !== undefined && !person.isOwn && (
            <ComparedMark device={person.device} />
          )}
        </span>
        <span class="cast-gist">
          {hosts.length > 0
            ? t("people.hosts", { names: formatList(hosts) })
            : person.canHost
            ? t("people.can-host")
            : ""}
        </span>
      </div>
      <span class="cast-state">{presenceWord(person)}</span>
    </li>
  );
}

function presenceWord({ isOwn, presence }: PersonHere): string {
  if (isOwn) return t("people.this-is-you");
  return presence === "unknown" ? "" : t(`people.${presence}`);
}
