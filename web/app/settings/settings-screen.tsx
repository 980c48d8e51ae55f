/** Name, look, language, and what this is. */

import "../models/models-text.ts";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { chooseLanguage, chosenLanguage, languages } from "../messages/languages.ts";
import { t } from "../messages/translate.ts";
import { AttentionPanel } from "../attention/attention-panel.tsx";
import { KeysPanel } from "../keys/keys-panel.tsx";
import { Icon } from "../parts/icon.tsx";
import { SpeechPanel } from "../room/spoken/speech-panel.tsx";
import { applyTheme, readTheme, type Theme } from "../theme.ts";
import { DiagnosticsPanel } from "./diagnostics-panel.tsx";
import { StoragePanel } from "./storage-panel.tsx";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

export function SettingsScreen(): JSX.Element {
  const app = useApp();
  return (
    <main id="main" class="screen screen-narrow" tabIndex={-1}>
      <div class="screen-title">
        <h1>{t("settings.title")}</h1>
      </div>
      <NamePanel />
      <section class="panel" aria-label={t("settings.look")}>
        <h2>{t("settings.look")}</h2>
        <ThemeChoice />
        {languages.length > 1 && <LanguageChoice />}
      </section>
      <KeysPanel />
      <AttentionPanel />
      <SpeechPanel />
      <StoragePanel />
      <DiagnosticsPanel />
      <section class="panel about" aria-label={t("settings.about")}>
        <h2>{t("settings.about")}</h2>
        <p>{t("settings.about-text")}</p>
        <p>{t("settings.about-private")}</p>
        <p>{t("settings.about-storage")}</p>
        <p class="hint">
          {t("settings.device")}: <code>{app.part.device.value.id}</code>
        </p>
      </section>
    </main>
  );
}

function NamePanel(): JSX.Element {
  const app = useApp();
  const [name, setName] = useState(app.part.device.value.name);
  const id = useId();
  const save = async (): Promise<void> => {
    const done = await app.act({ kind: "set-name", name: name.trim() });
    if (done !== undefined) app.tell(t("settings.name-saved"));
  };
  return (
    <section class="panel" aria-label={t("settings.you")}>
      <h2>{t("settings.you")}</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="field">
          <label for={id}>{t("settings.name")}</label>
          <input
            id={id}
            class="input"
            type="text"
            dir="auto"
            autocomplete="nickname"
            maxLength={protocolLimits.nameCharsMax}
            value={name}
            aria-describedby={`${id}-hint`}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <p class="hint" id={`${id}-hint`}>{t("settings.name-hint")}</p>
        </div>
        <div>
          <button type="submit" class="button" disabled={name.trim() === ""}>
            {t("settings.name-save")}
          </button>
        </div>
      </form>
    </section>
  );
}

function ThemeChoice(): JSX.Element {
  const [theme, setTheme] = useState(readTheme);
  const id = useId();
  return (
    <fieldset class="choices">
      <legend>{t("settings.theme")}</legend>
      <div class="segmented">
        {THEMES.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={id}
              checked={theme === each}
              onChange={() => {
                applyTheme(each);
                setTheme(each);
              }}
            />
            <span>{t(`settings.theme-${each}`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function LanguageChoice(): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("settings.language")}</label>
      <span class="select">
        <select
          id={id}
          class="input"
          value={chosenLanguage() ?? ""}
          onChange={(event) => {
            const tag = event.currentTarget.value;
            chooseLanguage(tag === "" ? undefined : tag);
            location.reload();
          }}
        >
          <option value="">{t("settings.language-auto")}</option>
          {languages.map((tag) => <option key={tag} value={tag}>{ownName(tag)}</option>)}
        </select>
        <Icon name="open" size={16} />
      </span>
    </div>
  );
}

/** A language in its own words: "Deutsch". */
function ownName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
}
