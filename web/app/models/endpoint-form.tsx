/** The form for a server: what it is, whether this page reaches it, and which models to offer. */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { wireLimits } from "#shared/endpoints/mod.ts";
import type { EndpointCheck, EndpointDraft } from "../../client/app-client.ts";
import { endpointsLimits } from "../../client/endpoints/endpoint.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Icon } from "../parts/icon.tsx";
import { EndpointModels } from "./endpoint-models.tsx";
import { describeCheck, presets } from "./endpoint-words.ts";

const OTHER = "other";

interface Entered {
  readonly presetId: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly key: string;
  readonly slots: number;
}

type Looked =
  | { readonly phase: "idle" }
  | { readonly phase: "looking" }
  | { readonly phase: "looked"; readonly check: EndpointCheck };

export function EndpointForm({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const [entered, setEntered] = useState<Entered>(() => enteredOf(presets[0].id));
  const [looked, setLooked] = useState<Looked>({ phase: "idle" });
  /** What was found is about what was entered then. */
  const change = (next: Partial<Entered>): void => {
    setEntered({ ...entered, ...next });
    setLooked({ phase: "idle" });
  };
  const draft = draftOf(entered);
  const look = async (): Promise<void> => {
    setLooked({ phase: "looking" });
    const done = await app.act({ kind: "check-endpoint", draft });
    const isChecked = done?.kind === "endpoint-checked";
    setLooked(isChecked ? { phase: "looked", check: done.check } : { phase: "idle" });
  };
  const add = async (models: EndpointDraft["models"]): Promise<void> => {
    if (await app.act({ kind: "add-endpoint", draft: { ...draft, models } }) === undefined) return;
    app.tell(t("endpoints.added"));
    onClose();
  };
  return (
    <div class="stack" data-look={looked.phase}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (looked.phase !== "looking") void look();
        }}
      >
        <Fields entered={entered} onChange={change} />
        <div class="row-buttons">
          <button type="submit" class="button button-key" disabled={looked.phase === "looking"}>
            {t("endpoints.look")}
          </button>
          <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
        </div>
      </form>
      {looked.phase === "looking" && (
        <p class="hint" role="status">{t("endpoints.looking", { address: entered.baseUrl })}</p>
      )}
      {looked.phase === "looked" && (looked.check.kind === "reached"
        ? <EndpointModels check={looked.check} onAdd={add} />
        : <Unreached check={looked.check} entered={entered} />)}
    </div>
  );
}

function Fields({ entered, onChange }: {
  readonly entered: Entered;
  readonly onChange: (next: Partial<Entered>) => void;
}): JSX.Element {
  const id = useId();
  return (
    <>
      <div class="field">
        <label for={`${id}-kind`}>{t("endpoints.kind")}</label>
        <span class="select">
          <select
            id={`${id}-kind`}
            class="input"
            value={entered.presetId}
            onChange={({ currentTarget }) => onChange(enteredOf(currentTarget.value))}
          >
            {presets.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            <option value={OTHER}>{t("endpoints.kind-cloud")}</option>
          </select>
          <Icon name="open" size={16} />
        </span>
      </div>
      {entered.presetId === OTHER && (
        <Field
          label={t("endpoints.name")}
          value={entered.name}
          onText={(name) => onChange({ name })}
        />
      )}
      <Field
        label={t("endpoints.address")}
        hint={t("endpoints.address-hint")}
        value={entered.baseUrl}
        onText={(baseUrl) => onChange({ baseUrl })}
      />
      <Field
        label={t("endpoints.key")}
        hint={t("endpoints.key-hint")}
        isSecret
        value={entered.key}
        onText={(key) => onChange({ key })}
      />
      <Field
        label={t("endpoints.slots", { max: wireLimits.slotsMax })}
        value={String(entered.slots)}
        onText={(text) => onChange({ slots: Number(text) })}
      />
    </>
  );
}

function Field({ label, hint, value, isSecret = false, onText }: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly isSecret?: boolean;
  readonly onText: (text: string) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        {...(isSecret ? { type: "password" as const } : { type: "text" as const })}
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

function Unreached({ check, entered }: {
  readonly check: Exclude<EndpointCheck, { readonly kind: "reached" }>;
  readonly entered: Entered;
}): JSX.Element {
  const words = describeCheck(check, entered.presetId, entered.baseUrl);
  const kind = check.kind === "refused" ? check.reason : check.why.kind;
  return (
    <div class="note note-warn" role="alert" data-reach={kind}>
      <div class="note-text stack">
        <strong>{words.happened}.</strong>
        {words.advice.map((line) => <span key={line}>{line}</span>)}
        {words.command !== undefined && (
          <span class="command">
            <code dir="ltr">{words.command}</code>
            <CopyButton text={words.command} label={t("do.copy")} compact />
          </span>
        )}
      </div>
    </div>
  );
}

function enteredOf(presetId: string): Entered {
  const preset = presets.find((one) => one.id === presetId);
  const { slotsLocal, slotsCloud } = endpointsLimits;
  const slots = preset === undefined ? slotsCloud : slotsLocal;
  const { name, baseUrl } = preset ?? { name: "", baseUrl: "https://" };
  return { presetId: preset?.id ?? OTHER, name, baseUrl, key: "", slots };
}

function draftOf({ name, baseUrl, key, slots }: Entered): Omit<EndpointDraft, "models"> {
  return { name, baseUrl, slots, ...key.trim() === "" ? {} : { key } };
}
