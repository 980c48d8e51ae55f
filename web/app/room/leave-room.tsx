/**
 * Leaving a shared room: what becomes of its personas, of what was not sent, and of what is here.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY257 Who leaves a shared room is told before what is lost and who thinks for nobody then; a
 *         copy that is kept is made first, of this room and whole, and without it nothing is left.
 *         Messages that do not fit are counted, and it is asked again.
 */

import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { leaving } from "../messages/english/leaving.ts";
import { addEnglish, formatList, plural, t } from "../messages/translate.ts";
import { Modal } from "../parts/modal.tsx";
import "../room-file/room-file-words.ts";
import { goTo } from "../route.ts";
import { cleanName } from "../text/clean-name.ts";
import { copyOf, keepCopy } from "./keep-copy.ts";
import { personaName } from "./room-names.ts";
import { useRoom } from "./room-context.ts";

addEnglish(leaving);

export function LeaveRoom({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const room = useRoom();
  const id = useId();
  const [keeps, setKeeps] = useState(() => copyOf(app, room.roomId) !== undefined); // SY277
  const [isLeaving, setLeaving] = useState(false);
  /** Why it was not left. */
  const [trouble, setTrouble] = useState("");
  const [agreed, setAgreed] = useState(0);
  const told = useRef<HTMLParagraphElement>(null);
  const stay = (words: string): void => {
    setLeaving(false);
    if (told.current?.closest("dialog")?.open === true) return setTrouble(words);
    // The browser went back, or closed the dialog: it is told where it can be seen.
    onClose();
    if (words !== "") app.tell(words);
  };
  const leave = async (): Promise<void> => {
    setLeaving(true);
    setTrouble("");
    const kept = keeps ? await keepCopy(app, room.roomId, agreed) : undefined;
    if (kept?.kind === "failed") return stay(t("leave.copy-failed"));
    if (kept?.kind === "shorter") {
      setAgreed(kept.messagesLeftOut);
      return stay(`${plural("room-file.older", kept.messagesLeftOut)} ${t("leave.copy-short")}`);
    }
    const done = await app.act({ kind: "delete-room", roomId: room.roomId });
    if (done === undefined) return stay("");
    if (kept === undefined) return goTo({ kind: "start" });
    goTo({ kind: "room", roomId: kept.copy.roomId });
    app.tell(t("leave.copied"));
  };
  const choices = [
    { isKept: false, title: t("leave.erase"), text: t("leave.erase-text") },
    { isKept: true, title: t("leave.copy"), text: t("leave.copy-text") },
  ];
  return (
    <Modal
      title={t("leave.title", { name: cleanName(room.state.value.name) })}
      onClose={() => isLeaving ? undefined : onClose()}
    >
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
      <p ref={told} role="status" class={trouble === "" ? "sr-only" : "bad"}>{trouble}</p>
      <div class="modal-actions">
        <button type="button" class="button" disabled={isLeaving} onClick={onClose}>
          {t("do.cancel")}
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={isLeaving}
          onClick={() => void leave()}
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
