/** Searching from the room's options: a phone has neither the keys nor room for the button. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { useRoom } from "../room/room-context.ts";
import "./search-text.ts";

export function SearchEntry({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        onClose();
        app.searching.value = { roomId, text: "" };
      }}
    >
      <Icon name="find" size={16} />
      {t("search.open")}
    </button>
  );
}
