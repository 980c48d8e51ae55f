import type { JSX } from "preact";
import { t } from "../messages/translate.ts";

/** A bar of known or unknown length; the bytes stand beside it in words. */
export function ProgressBar({ share }: { readonly share: number | undefined }): JSX.Element {
  return share === undefined
    ? <progress class="bar" aria-label={t("engine.progress-label")} />
    : <progress class="bar" max={1} value={share} aria-label={t("engine.progress-label")} />;
}
