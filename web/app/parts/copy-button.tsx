/** Copies a text and says so on the button itself. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../messages/translate.ts";
import { Icon } from "./icon.tsx";

export function CopyButton({ text, label, compact = false }: {
  readonly text: string;
  readonly label: string;
  readonly compact?: boolean;
}): JSX.Element {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Refused by the browser: the button keeps its label, which says that nothing was copied.
      setCopied(false);
    }
  };
  return (
    <button
      type="button"
      class={compact ? "action" : "button button-small"}
      aria-label={label}
      title={compact ? label : undefined}
      data-deed="copy"
      onClick={copy}
    >
      <Icon name={copied ? "check" : "copy"} size={16} />
      {!compact && <span>{copied ? t("do.copied") : label}</span>}
    </button>
  );
}
