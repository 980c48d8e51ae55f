/** A technical detail that folds out and copies. */

import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { CopyButton } from "./copy-button.tsx";

export function Detail({ text }: { readonly text: string }): JSX.Element {
  return (
    <details class="detail">
      <summary>{t("do.details")}</summary>
      <code dir="auto">{text}</code>
      <CopyButton text={text} label={t("do.copy")} />
    </details>
  );
}
