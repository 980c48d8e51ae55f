/** The search of a room: its button in the header. The bar comes with the first search. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { useRoom } from "../room/room-context.ts";
import { SearchBar } from "./search-bar.tsx";
import "./search-text.ts";

export function RoomSearch(): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const searching = app.searching.value;
  const isOpen = searching?.roomId === roomId;
  const open = (): void => {
    const box = document.querySelector<HTMLInputElement>(".find-bar [type=search]");
    if (box === null) app.searching.value = { roomId, text: "" };
    else {
      box.focus();
      box.select();
    }
  };
  return (
    <>
      <button
        type="button"
        class="icon-button find-button"
        aria-label={t("search.open")}
        title={t("search.open")}
        aria-expanded={isOpen}
        data-deed="search"
        onClick={open}
      >
        <Icon name="find" />
      </button>
      {isOpen && <SearchBar first={searching} />}
    </>
  );
}
