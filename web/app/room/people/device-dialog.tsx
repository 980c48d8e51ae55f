/** One person's device: who, since when, what it hosts, its keys, and the words to compare. */

import "../../invite/invite-text.ts";
import "./people-text.ts";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DeviceCheck } from "../../../client/app-client.ts";
import { useApp } from "../../app-context.ts";
import type { AnyError } from "../../messages/describe-error.ts";
import { formatList, t } from "../../messages/translate.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { ErrorNote } from "../../parts/error-note.tsx";
import { formatWhen } from "../../parts/format.ts";
import { Modal } from "../../parts/modal.tsx";

import { knownPresent, listPeople, type PersonHere } from "../cast/people.ts";
import { deviceName, personaName, personTint } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { refreshCompared } from "./compared.ts";
import { DeviceActions } from "./device-actions.tsx";
import { groupHex, namesakesOf } from "./device-facts.ts";
import { HistoryWords } from "./history-words.tsx";
import { SafetyWords } from "./safety-words.tsx";

export function DeviceDialog({ device, onClose }: {
  readonly device: string;
  readonly onClose: () => void;
}): JSX.Element {
  const { state, view, ownDevice } = useRoom();
  const present = knownPresent(view.value.shared);
  const person = listPeople(state.value, present, ownDevice.value)
    .find((one) => one.device === device);
  const name = deviceName(state.value, device);
  const isShared = view.value.shared !== undefined;
  return (
    <Modal title={name} kind="wide" onClose={onClose}>
      {isShared
        ? <SharedDevice device={device} person={person} onClose={onClose} />
        : <DeviceHead device={device} person={person} />}
      <DeviceActions device={device} name={name} isOwn={device === ownDevice.value} />
    </Modal>
  );
}

interface DeviceProps {
  readonly device: string;
  readonly person: PersonHere | undefined;
}

function SharedDevice(
  { device, person, onClose }: DeviceProps & { readonly onClose: () => void },
): JSX.Element {
  const app = useApp();
  const { roomId, ownDevice } = useRoom();
  const [check, setCheck] = useState<DeviceCheck | undefined>(undefined);
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const read = async (): Promise<void> => {
    const asked = { kind: "people", roomId, ask: { kind: "device", device } } as const;
    const done = await app.client.send(asked);
    if (!done.ok) return setError(done.error);
    setError(undefined);
    if (done.value.kind !== "people-replied" || done.value.reply.kind !== "device") return;
    setCheck(done.value.reply);
    void refreshCompared(app.client, roomId);
  };
  useEffect(() => void read(), [device]);
  return (
    <>
      <DeviceHead device={device} person={person} check={check} />
      {error !== undefined && <ErrorNote error={error} doing={t("doing.people")} />}
      {check === undefined
        ? error === undefined && <p class="hint" role="status">{t("device.reading")}</p>
        : (
          <>
            <SafetyWords device={device} check={check} onNoted={() => void read()} />
            {device !== ownDevice.value && <HistoryWords />}
            <Fingerprint text={check.fingerprint} />
          </>
        )}
      <Namesakes device={device} onClose={onClose} />
    </>
  );
}

function DeviceHead({ device, person, check }: DeviceProps & {
  readonly check?: DeviceCheck | undefined;
}): JSX.Element {
  const { state, ownDevice } = useRoom();
  const hosts = person?.hosts.map((id) => personaName(state.value, id)) ?? [];
  const now = Date.now();
  const presence = person?.presence === "here"
    ? t("device.here")
    : person?.presence === "away"
    ? t("device.away")
    : undefined;
  const lines = [
    device === ownDevice.value ? t("device.own") : presence,
    check?.firstAtMs === undefined
      ? undefined
      : t("device.since", { when: formatWhen(check.firstAtMs, now) }),
    check?.lastAtMs === undefined || device === ownDevice.value
      ? undefined
      : t("device.last", { when: formatWhen(check.lastAtMs, now) }),
    hosts.length > 0 ? t("device.hosts", { names: formatList(hosts) }) : t("device.hosts-none"),
  ];
  const name = deviceName(state.value, device);
  return (
    <div class="device-head">
      <Avatar name={name} tint={personTint(device, ownDevice.value)} size="l" />
      <ul class="device-facts">
        {lines.filter((line) => line !== undefined).map((line) => <li key={line}>{line}</li>)}
      </ul>
    </div>
  );
}

function Fingerprint({ text }: { readonly text: string | undefined }): JSX.Element {
  return (
    <section class="device-keys" aria-label={t("device.fingerprint")}>
      <h3>{t("device.fingerprint")}</h3>
      {text === undefined ? <p class="hint">{t("device.fingerprint-none")}</p> : (
        <>
          <code class="device-hex" dir="ltr">{groupHex(text)}</code>
          <div>
            <CopyButton text={groupHex(text)} label={t("device.copy-fingerprint")} />
          </div>
        </>
      )}
    </section>
  );
}

/** A name is no key: whoever has the same one is a device of its own. */
function Namesakes({ device, onClose }: {
  readonly device: string;
  readonly onClose: () => void;
}): JSX.Element | null {
  const { state, opened } = useRoom();
  const others = namesakesOf(state.value, device);
  if (others.length === 0) return null;
  const name = deviceName(state.value, device);
  return (
    <section class="device-keys" aria-label={t("device.others", { name })}>
      <h3>{t("device.others", { name })}</h3>
      <ul class="device-others">
        {others.map((other) => (
          <li key={other}>
            <button
              type="button"
              class="link-button"
              onClick={() => {
                onClose();
                opened.value = { kind: "device", device: other };
              }}
            >
              {t("people.device", { name: `${name} (${other.slice(0, 4)})` })}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
