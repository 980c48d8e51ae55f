/**
 * Where a person writes. The draft is this component's own state and is written through to the
 * client on every key, so that typing waits for nothing and a reload finds the text again.
 */

import { useComputed, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { findAddressed } from "#shared/personas/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../../app-context.ts";
import { formatList, plural, t } from "../../messages/translate.ts";
import { formatBytes } from "../../parts/format.ts";
import { Icon } from "../../parts/icon.tsx";
import { isTouch } from "../../parts/media.ts";
import { dropBidi } from "../../text/bidi.ts";
import { useRoom } from "../room-context.ts";
import { applyMention, findQuery, matchPersonas, type Named } from "./mention.ts";
import { MentionList } from "./mention-list.tsx";
import { StopButton } from "./stop-button.tsx";

const encoder = new TextEncoder();

export function Composer(): JSX.Element {
  const app = useApp();
  const { roomId, state, mention } = useRoom();
  const [text, setText] = useState(() => app.client.readDraft(roomId));
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState(-1);
  const box = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const hintId = useId();
  const cast = useComputed(() => castNames(state.value.personas.values()));
  const query = findQuery(text, caret);
  const found = query === undefined || query.from === dismissed
    ? undefined
    : matchPersonas(query.query, cast.value);
  const isOpen = found !== undefined && found.length > 0;
  const addressed = findAddressed(text, cast.value);
  const bytes = text.length * 4 > protocolLimits.textBytesMax ? encoder.encode(text).length : 0;
  const isTooLong = bytes > protocolLimits.textBytesMax;
  const readOnly = state.value.readerOnly !== undefined;
  const sent = useSender(roomId, (rest) => write(rest, rest.length));

  const write = (next: string, at: number): void => {
    setText(next);
    setCaret(at);
    setChosen(0);
    app.client.writeDraft(roomId, next);
  };
  const take = (persona: Named): void => {
    if (query === undefined) return;
    const next = applyMention(text, query, persona.name);
    write(next.text, next.caret);
    placeCaret(box.current, next.caret);
  };
  useMentionRequests(mention, cast, box, (name) => {
    const next = applyMention(text, { from: 0, to: 0 }, name);
    write(next.text, text.length + next.caret);
  });
  useGrowth(box, text);
  const submit = (): void => {
    if (text.trim() === "" || isTooLong || readOnly) return;
    void sent(text, addressed);
    write("", 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (isOpen && pickerKey(event, found, chosen, setChosen, take)) return;
    if (event.key === "Escape" && query !== undefined && found !== undefined) {
      event.stopPropagation();
      setDismissed(query.from);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  };

  return (
    <form
      class="composer"
      aria-label={t("composer.form")}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
        box.current?.focus();
      }}
    >
      {isOpen && (
        <MentionList id={listId} personas={found} chosen={chosen} onTake={take} state={state} />
      )}
      <textarea
        ref={box}
        class="composer-input"
        aria-label={t("composer.label")}
        aria-describedby={hintId}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen ? `${listId}-${chosen}` : undefined}
        aria-invalid={isTooLong}
        dir="auto"
        rows={1}
        enterkeyhint="send"
        placeholder={t("composer.placeholder")}
        readOnly={readOnly}
        value={text}
        onInput={(event) =>
          write(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown}
      />
      <p class="sr-only" role="status">
        {found === undefined
          ? ""
          : found.length > 0
          ? plural("composer.picker-found", found.length)
          : t("composer.picker-none")}
      </p>
      <div class="composer-tools">
        <button
          type="button"
          class="icon-button"
          aria-label={t("composer.mention")}
          title={t("composer.mention")}
          onClick={() => {
            const next = /(^|\s)$/.test(text) ? `${text}@` : `${text} @`;
            write(next, next.length);
            setDismissed(-1);
            placeCaret(box.current, next.length);
          }}
        >
          <Icon name="at" size={17} />
        </button>
        <span class="composer-hint" id={hintId}>
          {isTooLong
            ? (
              <span class="bad" role="alert">
                {t("composer.bytes-over", {
                  size: formatBytes(bytes),
                  max: formatBytes(protocolLimits.textBytesMax),
                })}
              </span>
            )
            : addressed.length > 0
            ? <strong>{t("composer.to", { names: namesOf(addressed, cast.value) })}</strong>
            : isTouch.value
            ? t("composer.hint-touch")
            : t("composer.hint")}
        </span>
        <StopButton />
        <button
          type="submit"
          class="send"
          aria-label={t("composer.send")}
          disabled={text.trim() === "" || isTooLong || readOnly}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/**
 * Sends with one id per message, so that a retry never doubles it. A refused message comes back
 * into the box, in front of whatever was typed since: nothing is lost.
 */
function useSender(roomId: string, restore: (text: string) => void) {
  const app = useApp();
  return async (text: string, addressed: readonly string[]): Promise<void> => {
    const id = app.client.newMessageId();
    const done = await app.act({ kind: "say", roomId, id, text: text.trim(), addressed });
    if (done === undefined) {
      restore([text, app.client.readDraft(roomId)].filter(Boolean).join("\n"));
    }
  };
}

/** Keys of the open list; true when the key was the list's. */
function pickerKey(
  event: KeyboardEvent,
  found: readonly Named[],
  chosen: number,
  choose: (index: number) => void,
  take: (persona: Named) => void,
): boolean {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const persona = found[chosen];
  if (step !== 0) choose((chosen + step + found.length) % found.length);
  else if ((event.key === "Enter" || event.key === "Tab") && persona !== undefined) take(persona);
  else return false;
  event.preventDefault();
  return true;
}

/** "Address Ada" in the cast puts her name in front of the draft. */
function useMentionRequests(
  mention: { value: string | undefined },
  cast: { readonly value: readonly Named[] },
  box: { readonly current: HTMLTextAreaElement | null },
  insert: (name: string) => void,
): void {
  const latest = useRef(insert);
  latest.current = insert;
  useSignalEffect(() => {
    const wanted = mention.value;
    if (wanted === undefined) return;
    mention.value = undefined;
    const persona = cast.value.find(({ id }) => id === wanted);
    if (persona === undefined) return;
    latest.current(persona.name);
    box.current?.focus();
  });
}

/** The box grows with its text up to a third of the page (the style sheet's limit). */
function useGrowth(box: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    // On a phone the keyboard would cover the room before it was seen.
    if (matchMedia("(hover: hover)").matches) box.current?.focus({ preventScroll: true });
  }, []);
}

function placeCaret(box: HTMLTextAreaElement | null, caret: number): void {
  if (box === null) return;
  box.focus();
  requestAnimationFrame(() => box.setSelectionRange(caret, caret));
}

function castNames(
  personas: Iterable<{
    readonly id: string;
    readonly removed: boolean;
    readonly card: { readonly name: string };
  }>,
): readonly Named[] {
  return [...personas].filter(({ removed }) => !removed)
    .map(({ id, card }) => ({ id, name: dropBidi(card.name) }));
}

function namesOf(ids: readonly string[], cast: readonly Named[]): string {
  return formatList(cast.filter(({ id }) => ids.includes(id)).map(({ name }) => name));
}
