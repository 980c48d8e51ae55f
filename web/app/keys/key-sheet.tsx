/** Every key of the page by what it is for, as the table has them, and the switch for letters. */

import "./keys-text.ts";
import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { Modal } from "../parts/modal.tsx";
import { type Chord, isSingleKey, readChord } from "./chord.ts";
import { KEY_GROUPS, KEY_TABLE, type KeyGroup, type KeyRow } from "./key-table.ts";
import { SingleKeysChoice } from "./single-keys-choice.tsx";
import { singleKeys } from "./single-keys.ts";

export function KeySheet({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Modal title={t("keys.title")} kind="wide" onClose={onClose}>
      <SingleKeysChoice />
      {KEY_GROUPS.map((group) => (
        <section key={group} class="key-group" aria-label={t(`keys.group-${group}`)}>
          <h3>{t(`keys.group-${group}`)}</h3>
          <dl>
            {linesOf(group).map(({ text, keys }) => (
              <div key={text}>
                <dt>{t(text)}</dt>
                <dd>
                  {keys.map((chord, index) => (
                    <span key={chord}>
                      {index > 0 && <span class="key-or">{t("keys.or")}</span>}
                      <KeyCap chord={chord} />
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p class="hint">{t("keys.readers")}</p>
    </Modal>
  );
}

/** Rows with the same text are one line. */
function linesOf(group: KeyGroup): readonly Pick<KeyRow, "text" | "keys">[] {
  const rows = KEY_TABLE.filter((row) => row.group === group);
  const texts = [...new Set(rows.map(({ text }) => text))];
  return texts.map((text) => ({
    text,
    keys: [...new Set(rows.filter((row) => row.text === text).flatMap(({ keys }) => keys))],
  }));
}

function KeyCap({ chord }: { readonly chord: Chord }): JSX.Element {
  const { key, modifiers } = readChord(chord);
  const names = [...modifiers, key].map(nameOf);
  // What is typed as such, like "@", works whatever is switched off.
  const isOff = isSingleKey(chord) && chord !== "@" && !singleKeys.value;
  return (
    <kbd class={isOff ? "key-off" : ""}>
      {names.join(" + ")}
      {isOff && <span class="sr-only">{t("keys.off")}</span>}
    </kbd>
  );
}

function nameOf(key: string): string {
  switch (key) {
    case "ArrowDown":
      return t("keys.name-down");
    case "ArrowUp":
      return t("keys.name-up");
    case "PageDown":
      return t("keys.name-page-down");
    case "PageUp":
      return t("keys.name-page-up");
    case "Home":
      return t("keys.name-home");
    case "End":
      return t("keys.name-end");
    case "Enter":
      return t("keys.name-enter");
    case "Escape":
      return t("keys.name-escape");
    case "Shift":
      return t("keys.name-shift");
    case "Ctrl":
      return t("keys.name-ctrl");
    default:
      return key;
  }
}
