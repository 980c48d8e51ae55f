/**
 * Leaving a shared room: what becomes of its personas, of what was not sent, and of what is here.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY257 Who leaves a shared room is told before what is lost and who thinks for nobody then; a
 *         copy that is kept is made first, and without it nothing is left.
 */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { readRoomFile, writeRoomFile } from "#shared/hosting/mod.ts";
import { type App, useApp } from "../app-context.ts";
import { leaving } from "../messages/english/leaving.ts";
import { addEnglish, formatList, plural, t } from "../messages/translate.ts";
import { Modal } from "../parts/modal.tsx";
import { goTo } from "../route.ts";
import { dropBidi } from "../text/bidi.ts";
import { personaName } from "./room-names.ts";
import { type RoomUi, useRoom } from "./room-context.ts";

addEnglish(leaving);

export function LeaveRoom({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const room = useRoom();
  const id = useId();
  const [keeps, setKeeps] = useState(false);
  const [phase, setPhase] = useState<"asking" | "leaving" | "copy-failed">("asking");
  const leave = async (): Promise<void> => {
    setPhase("leaving");
    const copy = keeps ? await keepCopy(app, room) : "none";
    if (copy === undefined) return setPhase("copy-failed");
    const done = await app.act({ kind: "delete-room", roomId: room.roomId });
    if (done === undefined) return setPhase("asking");
    if (copy === "none") return goTo({ kind: "start" });
    goTo({ kind: "room", roomId: copy });
    app.tell(t("leave.copied"));
  };
  const choices = [
    { isKept: false, title: t("leave.erase"), text: t("leave.erase-text") },
    { isKept: true, title: t("leave.copy"), text: t("leave.copy-text") },
  ];
  return (
    <Modal title={t("leave.title", { name: dropBidi(room.state.value.name) })} onClose={onClose}>
      <p>{t("leave.text")}</p>
      <Hosted />
      <Unsent />
      <fieldset class="choices">
        <legend>{t("leave.here")}</legend>
        {choices.map(({ isKept, title, text }) => (
          <label key={title} class="choice">
            <input
              type="radio"
              name={id}
              checked={keeps === isKept}
              onChange={() => setKeeps(isKept)}
            />
            <span>
              <b>{title}</b>
              <small>{text}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <p role="status" class={phase === "copy-failed" ? "bad" : "sr-only"}>
        {phase === "copy-failed" ? t("leave.copy-failed") : ""}
      </p>
      <div class="modal-actions">
        <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
        <button
          type="button"
          class="button button-danger"
          disabled={phase === "leaving"}
          onClick={() =>
            void leave()}
        >
          {t("leave.do")}
        </button>
      </div>
    </Modal>
  );
}

/** Whom this device thinks for; they go to another one that can. */
function Hosted(): JSX.Element | null {
  const { state, ownDevice } = useRoom();
  const hosted = [...state.value.personas.values()]
    .filter(({ assignment, removed }) => !removed && assignment?.device === ownDevice.value)
    .map(({ id }) => personaName(state.value, id));
  if (hosted.length === 0) return null;
  return <p>{plural("leave.hosted", hosted.length, { names: formatList(hosted) })}</p>;
}

function Unsent(): JSX.Element | null {
  const { view } = useRoom();
  const count = view.value.unsent.length;
  return count === 0 ? null : <p class="note note-warn">{plural("leave.unsent", count)}</p>;
}

/** The id of the room that was made of this one, as by a file; undefined when it could not be. */
async function keepCopy(app: App, { roomId, state, ownDevice }: RoomUi) {
  const whole = await app.act({ kind: "read-earlier", roomId });
  if (whole === undefined) return undefined;
  const own = app.part.device.value.id;
  // Card files stay on this device with their personas; they need not go through the file.
  const written = writeRoomFile(state.value, ownDevice.value, own, new Map());
  const saved = written.ok ? readRoomFile(written.value.bytes) : written;
  if (!saved.ok) return undefined;
  const made = await app.act({ kind: "import-room", saved: saved.value });
  return made?.kind === "room-created" ? made.roomId : undefined;
}
