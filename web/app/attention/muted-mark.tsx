/**
 * In the list of rooms: this one calls for nothing.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY246 A room that may call for nothing carries a mark in the list of rooms.
 */

import type { JSX } from "preact";
import { attention } from "../messages/english/attention.ts";
import { addEnglish, t } from "../messages/translate.ts";

addEnglish(attention);

export function MutedMark({ compact }: { readonly compact: boolean }): JSX.Element {
  return (
    <span class="rooms-shared" title={t("attention.muted-room")}>
      <svg class="icon" width={15} height={15} viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4 8v4h2.6l4 3.2V4.8L6.6 8zM13.4 8l4 4M17.4 8l-4 4" />
      </svg>
      <span class={compact ? "sr-only" : ""}>{t("attention.muted-room")}</span>
    </span>
  );
}
