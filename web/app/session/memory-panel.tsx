/** What a persona remembers, line by line, and every line in the person's hands. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { MemoryNote } from "#shared/session/mod.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Prose } from "./prose.tsx";
import { useSession } from "./session-context.ts";

export function MemoryPanel(): JSX.Element {
  const { name, snapshot } = useSession();
  const notes = snapshot.value.memory.filter(({ text }) => text !== undefined);
  const forgotten = useSignal<MemoryNote | undefined>(undefined);
  return (
    <>
      {notes.length === 0
        ? (
          <div class="insp-empty">
            <h3>{t("memory.empty")}</h3>
            <p>{t("memory.empty-text", { name })}</p>
          </div>
        )
        : <p class="hint">{t("memory.recalled", { name })}</p>}
      <Undo forgotten={forgotten} />
      <ul class="insp-list">
        {notes.map((note) => (
          <Note
            key={note.id}
            note={note}
            onForgotten={() => {
              forgotten.value = note;
            }}
          />
        ))}
      </ul>
      <AddNote />
    </>
  );
}

function Undo({ forgotten }: {
  readonly forgotten: { value: MemoryNote | undefined };
}): JSX.Element {
  const { perform } = useSession();
  const note = forgotten.value;
  const undo = async (): Promise<void> => {
    if (note === undefined) return;
    const call = { method: "edit-memory", id: note.id, text: note.text } as const;
    const answer = await perform(call, t("session.done-memory"));
    if (answer !== undefined) forgotten.value = undefined;
  };
  return (
    <div role="status">
      {note !== undefined && (
        <p class="insp-undo">
          {t("memory.forgotten")}{" "}
          <button type="button" class="link-button" onClick={() => void undo()}>
            {t("memory.undo")}
          </button>
        </p>
      )}
    </div>
  );
}

function Note({ note, onForgotten }: {
  readonly note: MemoryNote;
  readonly onForgotten: () => void;
}): JSX.Element {
  const { name, ask, perform } = useSession();
  const editing = useSignal<string | undefined>(undefined);
  const text = note.text ?? "";
  const save = async (): Promise<void> => {
    const call = { method: "edit-memory", id: note.id, text: editing.value?.trim() } as const;
    const answer = await perform(call, t("session.done-memory"));
    if (answer !== undefined) editing.value = undefined;
  };
  const forget = async (): Promise<void> => {
    const answer = await ask({ method: "edit-memory", id: note.id, text: undefined });
    if (answer !== undefined) onForgotten();
  };
  if (editing.value !== undefined) {
    return <EditedNote editing={editing} onSave={() => void save()} />;
  }
  return (
    <li class="insp-item" data-note={note.id}>
      <Prose text={text} />
      <p class="hint">
        {t(`memory.by-${note.by}`, { name })}
        {note.stage === "staged" && ` · ${t("memory.staged")}`}
      </p>
      <div class="row-buttons">
        <button
          type="button"
          class="button button-small"
          aria-label={`${t("memory.edit")}: ${text}`}
          onClick={() => {
            editing.value = text;
          }}
        >
          {t("memory.edit")}
        </button>
        <button
          type="button"
          class="button button-small"
          aria-label={`${t("memory.forget")}: ${text}`}
          onClick={() => void forget()}
        >
          {t("memory.forget")}
        </button>
      </div>
    </li>
  );
}

function EditedNote({ editing, onSave }: {
  readonly editing: { value: string | undefined };
  readonly onSave: () => void;
}): JSX.Element {
  const { name } = useSession();
  const text = editing.value ?? "";
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <li class="insp-item">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        <textarea
          ref={box}
          class="input"
          dir="auto"
          aria-label={t("memory.edit-label", { name })}
          value={text}
          onInput={(event) => {
            editing.value = event.currentTarget.value;
          }}
        />
        <div class="row-buttons">
          <button
            type="submit"
            class="button button-small button-key"
            disabled={text.trim() === ""}
          >
            {t("do.save")}
          </button>
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              editing.value = undefined;
            }}
          >
            {t("do.cancel")}
          </button>
        </div>
      </form>
    </li>
  );
}

function AddNote(): JSX.Element {
  const app = useApp();
  const { perform } = useSession();
  const id = useId();
  const text = useSignal("");
  const add = async (): Promise<void> => {
    const call = {
      method: "edit-memory",
      id: app.client.newMessageId(),
      text: text.value.trim(),
    } as const;
    const answer = await perform(call, t("session.done-memory"));
    if (answer !== undefined) text.value = "";
  };
  return (
    <form
      class="insp-add"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <div class="field">
        <label for={id}>{t("memory.add")}</label>
        <textarea
          id={id}
          class="input"
          dir="auto"
          rows={2}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </div>
      <button type="submit" class="button button-key" disabled={text.value.trim() === ""}>
        {t("memory.add-do")}
      </button>
    </form>
  );
}
