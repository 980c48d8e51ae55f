/** Saves the open room as a file; arrives when the room's options open. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { writeRoomFile, type WrittenRoom } from "#shared/hosting/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { createCardFiles } from "../../adapters/idb-card-files.ts";
import { useApp } from "../app-context.ts";
import { plural, t } from "../messages/translate.ts";
import { fileNameOf } from "../parts/file-name.ts";
import { offerFile } from "../parts/offer-file.ts";
import { useRoom } from "../room/room-context.ts";
import { cleanName } from "../text/clean-name.ts";
import { sizes } from "./room-file-words.ts";

export function RoomSave(): JSX.Element {
  const app = useApp();
  const { roomId, state, view, ownDevice } = useRoom();
  const [told, setTold] = useState("");
  const closing = useRef(new AbortController());
  useEffect(() => () => closing.current.abort(), []);
  const save = async (): Promise<void> => {
    setTold(t("room-file.saving"));
    const read = await app.act({ kind: "read-earlier", roomId });
    if (read === undefined) return setTold("");
    const room = state.value;
    const cards = await keptCards(room, closing.current.signal);
    const own = app.part.device.value.id;
    const written = writeRoomFile(room, ownDevice.value, own, cards);
    if (!written.ok) {
      const { error } = written;
      const values = "bytes" in error ? sizes(error) : { size: "", max: "" };
      return setTold(t("room-file.bad-save", values));
    }
    const name = cleanName(room.name);
    const file = `${fileNameOf(name) || t("room-file.fallback")}.conclave`;
    offerFile(file, written.value.bytes, "application/zip");
    setTold(savedWords(room, written.value, name, file));
  };
  return (
    <section class="card-export room-save" aria-label={t("room-file.save")}>
      <button
        type="button"
        class="button"
        onClick={() => {
          // Closing the dialog ends the wait: nobody is there to be told.
          void save().catch((error: unknown) => {
            if (!closing.current.signal.aborted) throw error;
          });
        }}
      >
        {t("room-file.save")}
      </button>
      <p class="hint">
        {view.value.shared === undefined
          ? t("room-file.save-hint")
          : t("room-file.save-hint-shared")}
      </p>
      <p role="status" class="hint">{told}</p>
    </section>
  );
}

function savedWords(
  room: RoomState,
  { messages, messagesLeftOut, cardsLeftOut }: WrittenRoom,
  name: string,
  file: string,
): string {
  const pictures = room.messages.slice(-messages).flatMap((one) => one.images ?? []).length;
  return [
    t("room-file.saved", { name, file, messages: plural("room-file.messages", messages) }),
    ...room.openTurns.length > 0 ? [t("room-file.open")] : [],
    ...pictures > 0 ? [plural("room-file.pictures-out", pictures)] : [],
    ...messagesLeftOut > 0 ? [plural("room-file.older", messagesLeftOut)] : [],
    ...cardsLeftOut > 0 ? [plural("room-file.cards-out", cardsLeftOut)] : [],
  ].join(" ");
}

/** A card file that cannot be read counts as none, as when the card itself is exported. */
async function keptCards(
  { personas }: RoomState,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = createCardFiles();
  const kept = new Map<string, Uint8Array>();
  for (const { id, removed } of personas.values()) {
    const found = removed ? undefined : await files.find(id, signal);
    if (found?.ok === true && found.value !== undefined) kept.set(id, found.value);
  }
  return kept;
}
