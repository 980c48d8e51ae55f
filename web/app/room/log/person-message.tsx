/** A person's message, and the box in which its author edits it. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Message } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { ESCAPE_KEY, SEND_KEY } from "../../keys/bound-keys.ts";
import { formatList, t } from "../../messages/translate.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { formatTime } from "../../parts/format.ts";
import { Icon } from "../../parts/icon.tsx";
import { MessageText } from "../../text/message-text.tsx";
import { ImageFrames } from "../images/image-frames.tsx";
import { personaName, personName, personTint } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { MessageQuote, TalkActions } from "../talk/talk-parts.tsx";
import { BranchAction } from "./branch-action.tsx";
import type { PersonRow } from "./log-rows.ts";

export function PersonMessage({ row }: { readonly row: PersonRow }): JSX.Element {
  const { state, ownDevice, editing, canWrite } = useRoom();
  const { message, joined, author } = row;
  const mine = author === ownDevice.value;
  const name = personName(state.value, author, ownDevice.value);
  const shownName = mine ? t("msg.you") : name;
  const time = formatTime(row.atMs);
  const isEdited = message !== undefined && editing.value?.seq === message.seq;
  return (
    <article
      class={`msg ${joined ? "msg-joined" : ""} ${message?.aside ? "aside" : ""}`}
      aria-label={message === undefined
        ? t("msg.label-waiting", { name: shownName, time })
        : t("msg.label", { name: shownName, time })}
      tabIndex={-1}
      data-seq={message?.seq}
      data-turn={message?.turn}
      data-waiting={message === undefined}
    >
      {joined
        ? <Gutter time={time} isWaiting={message === undefined} />
        : <Avatar name={name} tint={personTint(author, ownDevice.value)} />}
      <div class="msg-main">
        {!joined && <Who row={row} name={shownName} time={time} />}
        {row.replyTo !== undefined && (
          <MessageQuote seq={message?.seq ?? Infinity} replyTo={row.replyTo} />
        )}
        {isEdited
          ? <EditBox message={message} />
          : row.text !== "" && <MessageText text={row.text} />}
        {row.images !== undefined && <ImageFrames images={row.images} />}
      </div>
      {message !== undefined && !isEdited && !message.aside && (
        <PersonActions message={message} mine={mine && canWrite.value} name={shownName} />
      )}
    </article>
  );
}

/** Beside a message that goes on from the one above. */
function Gutter({ time, isWaiting }: { readonly time: string; readonly isWaiting: boolean }) {
  return isWaiting
    ? (
      <span class="msg-gutter">
        <WaitingMark />
      </span>
    )
    : <time class="msg-gutter">{time}</time>;
}

function Who({ row, name, time }: {
  readonly row: PersonRow;
  readonly name: string;
  readonly time: string;
}): JSX.Element {
  const { state } = useRoom();
  const { message } = row;
  const addressed = message?.addressed ?? [];
  return (
    <header class="who">
      <b dir="auto">{name}</b>
      <time dateTime={new Date(row.atMs).toISOString()}>{time}</time>
      {message === undefined && <WaitingMark words />}
      {addressed.length > 0 && (
        <span>
          {t("msg.to", { names: formatList(addressed.map((id) => personaName(state.value, id))) })}
        </span>
      )}
      {message?.edited && <span>{t("msg.edited")}</span>}
      {message?.aside && <span>{t("aside.mark")}</span>}
    </header>
  );
}

/** At once while the room is not connected; else only when sending takes its time. */
function WaitingMark({ words = false }: { readonly words?: boolean }): JSX.Element {
  const { connection } = useRoom();
  const isLate = connection.value.kind === "quiet";
  return (
    <span class={`waiting-mark ${isLate ? "waiting-late" : ""}`} title={t("msg.waiting")}>
      <Icon name="clock" size={14} />
      {words && t("msg.waiting")}
    </span>
  );
}

function PersonActions({ message, mine, name }: {
  readonly message: Message;
  readonly mine: boolean;
  readonly name: string;
}): JSX.Element {
  const { editing, opened, state, canWrite } = useRoom();
  const { seq, text } = message;
  const isNewest = state.value.messages.at(-1)?.seq === seq;
  return (
    <div class="actions" role="group" aria-label={t("msg.actions", { name })}>
      <TalkActions message={message} />
      {mine && (
        <button
          type="button"
          class="action"
          aria-label={t("msg.edit")}
          title={t("msg.edit")}
          data-deed="edit"
          onClick={() => {
            editing.value = { seq, text };
          }}
        >
          <Icon name="edit" size={16} />
        </button>
      )}
      {text !== "" && <CopyButton text={text} label={t("msg.copy")} compact />}
      {!isNewest && canWrite.value && (
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
      <BranchAction seq={seq} />
    </div>
  );
}

function EditBox({ message }: { readonly message: Message }): JSX.Element {
  const app = useApp();
  const { editing, roomId, state } = useRoom();
  const box = useRef<HTMLTextAreaElement>(null);
  const { seq } = message;
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
  // Messages from before a room was shared have negative numbers.
  const newest = Math.max(...[...state.value.turns.values()].slice(-8).map(humanTurn));
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
          if (event.key === ESCAPE_KEY) {
            event.stopPropagation();
            close();
          } else if (event.key === SEND_KEY && !event.shiftKey && !event.isComposing) {
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
  return turn.human ? turn.turn : -Infinity;
}
