/** A person's message, and the box in which its author edits it. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { formatList, t } from "../../messages/translate.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { formatTime } from "../../parts/format.ts";
import { Icon } from "../../parts/icon.tsx";
import { MessageText } from "../../text/message-text.tsx";
import { deviceName, personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import type { PersonRow } from "./log-rows.ts";

export function PersonMessage({ row }: { readonly row: PersonRow }): JSX.Element {
  const { state, ownDevice, editing } = useRoom();
  const { message, joined } = row;
  const mine = message.author === ownDevice.value;
  const name = deviceName(state.value, message.author);
  const shownName = mine ? t("msg.you") : name;
  const time = formatTime(message.at);
  const isEdited = editing.value?.seq === message.seq;
  return (
    <article
      class={`msg ${joined ? "msg-joined" : ""} ${message.aside ? "aside" : ""}`}
      aria-label={t("msg.label", { name: shownName, time })}
      tabIndex={-1}
      data-seq={message.seq}
      data-turn={message.turn}
    >
      {joined ? <time class="msg-gutter">{time}</time> : <Avatar name={name} />}
      <div class="msg-main">
        {!joined && (
          <header class="who">
            <b dir="auto">{shownName}</b>
            <time dateTime={new Date(message.at).toISOString()}>{time}</time>
            {message.addressed.length > 0 && (
              <span>
                {t("msg.to", {
                  names: formatList(message.addressed.map((id) => personaName(state.value, id))),
                })}
              </span>
            )}
            {message.edited && <span>{t("msg.edited")}</span>}
            {message.aside && <span>{t("aside.mark")}</span>}
          </header>
        )}
        {isEdited ? <EditBox row={row} /> : <MessageText text={message.text} />}
      </div>
      {!isEdited && !message.aside && <PersonActions row={row} mine={mine} name={shownName} />}
    </article>
  );
}

function PersonActions({ row, mine, name }: {
  readonly row: PersonRow;
  readonly mine: boolean;
  readonly name: string;
}): JSX.Element {
  const { editing, opened, state } = useRoom();
  const { seq, text } = row.message;
  const isNewest = state.value.messages.at(-1)?.seq === seq;
  return (
    <div class="actions" role="group" aria-label={t("msg.actions", { name })}>
      {mine && (
        <button
          type="button"
          class="action"
          aria-label={t("msg.edit")}
          title={t("msg.edit")}
          onClick={() => {
            editing.value = { seq, text };
          }}
        >
          <Icon name="edit" size={16} />
        </button>
      )}
      <CopyButton text={text} label={t("msg.copy")} compact />
      {!isNewest && (
        <button
          type="button"
          class="action"
          aria-label={t("msg.rewind")}
          title={t("msg.rewind")}
          onClick={() => {
            opened.value = { kind: "rewind", to: seq };
          }}
        >
          <Icon name="rewind" size={16} />
        </button>
      )}
    </div>
  );
}

function EditBox({ row }: { readonly row: PersonRow }): JSX.Element {
  const app = useApp();
  const { editing, roomId, state } = useRoom();
  const box = useRef<HTMLTextAreaElement>(null);
  const { seq } = row.message;
  const text = editing.value?.text ?? "";
  useEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(text.length, text.length);
  }, []);
  const close = (): void => {
    editing.value = undefined;
  };
  const save = async (): Promise<void> => {
    const done = await app.act({ kind: "edit", roomId, of: seq, text });
    if (done !== undefined) close();
  };
  const newest = Math.max(0, ...[...state.value.turns.values()].slice(-8).map(humanTurn));
  return (
    <form
      class="edit-box"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={box}
        class="input"
        aria-label={t("msg.edit-label")}
        dir="auto"
        rows={Math.min(12, text.split("\n").length + 1)}
        value={text}
        onInput={(event) => {
          editing.value = { seq, text: event.currentTarget.value };
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            close();
          } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <p class="hint">{newest <= seq ? t("msg.edit-newest") : t("msg.edit-older")}</p>
      <div class="row-buttons">
        <button type="button" class="button" onClick={close}>{t("do.cancel")}</button>
        <button type="submit" class="button button-key" disabled={text.trim() === ""}>
          {t("do.save")}
        </button>
      </div>
    </form>
  );
}

/** The seq of a turn that a person opened; D24 reopens only the newest of these. */
function humanTurn(turn: { readonly turn: number; readonly human: boolean }): number {
  return turn.human ? turn.turn : 0;
}
