import type { JSX } from "preact";
import { t } from "../messages/translate.ts";

/** A bar of known or unknown length; the amounts stand beside it in words. */
export function ProgressBar({ share, label = t("engine.progress-label") }: {
  readonly share: number | undefined;
  readonly label?: string;
}): JSX.Element {
  return share === undefined
    ? <progress class="bar" aria-label={label} />
    : <progress class="bar" max={1} value={share} aria-label={label} />;
}
