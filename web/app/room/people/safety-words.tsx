/** The words that two people compare, and what came of it. */

import "./people-text.ts";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeviceCheck } from "../../../client/app-client.ts";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { formatWhen } from "../../parts/format.ts";
import { Icon } from "../../parts/icon.tsx";
import { deviceName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { comparedIn } from "./compared.ts";
import { isNewBehindName } from "./new-device.ts";

export function SafetyWords({ device, check, onNoted }: {
  readonly device: string;
  readonly check: DeviceCheck;
  readonly onNoted: () => void;
}): JSX.Element {
  const { ownDevice } = useRoom();
  return (
    <section class="safety" aria-label={t("words.title")}>
      <h3>{t("words.title")}</h3>
      {device === ownDevice.value
        ? <p class="hint">{t("words.own")}</p>
        : <Pair device={device} check={check} onNoted={onNoted} />}
    </section>
  );
}

function Pair({ device, check, onNoted }: {
  readonly device: string;
  readonly check: DeviceCheck;
  readonly onNoted: () => void;
}): JSX.Element {
  const { state, canWrite } = useRoom();
  if (!canWrite.value) return <p class="hint">{t("words.reader")}</p>;
  if (check.code === undefined) return <p class="hint">{t("device.fingerprint-none")}</p>;
  const { wordIndexes, digitGroups } = check.code;
  return (
    <>
      <State device={device} check={check} />
      <p>{t("words.lead", { name: deviceName(state.value, device) })}</p>
      <ol class="safety-words" lang="en" dir="ltr" aria-label={t("words.list")}>
        {wordIndexes.map((index, at) => <li key={at}>{wordlist[index]}</li>)}
      </ol>
      <p class="safety-digits">
        <span>{t("words.digits")}</span> <code dir="ltr">{digitGroups.join(" ")}</code>
      </p>
      <Answers key={check.fingerprint} device={device} check={check} onNoted={onNoted} />
    </>
  );
}

function State({ device, check }: {
  readonly device: string;
  readonly check: DeviceCheck;
}): JSX.Element {
  const app = useApp();
  const { roomId, state } = useRoom();
  const { compared } = check;
  if (compared.kind === "same") {
    return (
      <p class="note note-good">
        <Icon name="check" />
        {t("words.same", { when: formatWhen(compared.atMs, Date.now()) })}
      </p>
    );
  }
  if (compared.kind === "changed") {
    return (
      <p class="note note-warn">
        <Icon name="warn" />
        {t("words.changed", { when: formatWhen(compared.atMs, Date.now()) })}
      </p>
    );
  }
  const isNew = isNewBehindName(state.value, comparedIn(app.client, roomId).value, device);
  if (!isNew) return <p class="hint">{t("words.none")}</p>;
  return (
    <p class="note note-warn">
      <Icon name="warn" />
      {t("words.new-device", { name: deviceName(state.value, device) })}
    </p>
  );
}

function Answers({ device, check, onNoted }: {
  readonly device: string;
  readonly check: DeviceCheck;
  readonly onNoted: () => void;
}): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const [answer, setAnswer] = useState<"matches" | "differs" | undefined>(undefined);
  const note = async (kind: "matches" | "differs"): Promise<void> => {
    const ask = kind === "matches"
      ? { kind, device, fingerprint: check.fingerprint ?? "" }
      : { kind, device };
    const done = await app.act({ kind: "people", roomId, ask });
    if (done === undefined) return;
    setAnswer(kind);
    onNoted();
  };
  return (
    <>
      <div class="row-buttons">
        <button type="button" class="button button-key" onClick={() => void note("matches")}>
          {t("words.match")}
        </button>
        <button type="button" class="button" onClick={() => void note("differs")}>
          {t("words.differ")}
        </button>
      </div>
      <p class="sr-only" role="status">
        {answer === "matches" ? t("words.marked") : answer === "differs" && t("words.taken-back")}
      </p>
      {answer === "differs" && (
        <div class="note note-warn safety-differ">
          <div>
            <strong>{t("words.differ-title")}</strong>
            <p>{t("words.differ-text")}</p>
            <p>{t("words.differ-do")}</p>
          </div>
        </div>
      )}
    </>
  );
}
