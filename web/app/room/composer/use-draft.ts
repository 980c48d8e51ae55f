/**
 * The draft with its caret and the picker that opens under an "@". Written through to the client on
 * every key, so that typing waits for nothing and a reload finds the text again.
 *
 *   SY276 What was typed in a room while it became another one is in that one's composer.
 *   SY205 A reply to a persona addresses her unless it names others, and says so before it is sent.
 */

import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { findAddressed } from "#shared/personas/mod.ts";
import type { Message } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { dropBidi } from "../../text/bidi.ts";
import { useRoom } from "../room-context.ts";
import { applyMention, findQuery, matchPersonas, type Named } from "./mention.ts";

export interface Draft {
  readonly text: string;
  /** Ids of the personas that the text addresses. */
  readonly addressed: readonly string[];
  readonly cast: readonly Named[];
  /** Personas under the "@" that is being typed; undefined while none is. */
  readonly found: readonly Named[] | undefined;
  readonly chosen: number;
  write(text: string, caret: number): void;
  moveCaret(caret: number): void;
  choose(index: number): void;
  take(persona: Named): void;
  dismissPicker(): void;
  /** Starts a mention at the end of the text. */
  startMention(): void;
}

type Box = { readonly current: HTMLTextAreaElement | null };

export function useDraft(box: Box): Draft {
  const app = useApp();
  const { roomId, state, replying } = useRoom();
  const carried = app.client.typedCarried.value;
  const [text, setText] = useState(() => app.client.readDraft(roomId));
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState(-1);
  const cast = useComputed(() => listNames(state.value.personas.values())).value;
  const answered = useComputed(() => authorOf(state.value.messages, replying.value)).value;
  const called = findAddressed(text, cast);
  const query = findQuery(text, caret);
  const isAsked = query !== undefined && query.from !== dismissed;
  const write = (next: string, at: number): void => {
    setText(next);
    setCaret(at);
    setChosen(0);
    app.client.writeDraft(roomId, next);
  };
  const writeAndPlace = (next: string, at: number): void => {
    write(next, at);
    placeCaret(box.current, at);
  };
  const draft: Draft = {
    text,
    // SY205
    addressed: called.length > 0 ? called : cast.flatMap(({ id }) => id === answered ? [id] : []),
    cast,
    found: isAsked ? matchPersonas(query.query, cast) : undefined,
    chosen,
    write,
    moveCaret: setCaret,
    choose: setChosen,
    take(persona) {
      if (query === undefined) return;
      const next = applyMention(text, query, persona.name);
      writeAndPlace(next.text, next.caret);
    },
    dismissPicker: () => setDismissed(query?.from ?? -1),
    startMention() {
      const next = /(^|\s)$/.test(text) ? `${text}@` : `${text} @`;
      setDismissed(-1);
      writeAndPlace(next, next.length);
    },
  };
  useEffect(() => { // SY276
    setText(app.client.readDraft(roomId));
    replying.value = app.client.readReply(roomId);
  }, [carried]);
  useMentionRequests(draft, writeAndPlace);
  useReplyRequests(box);
  useGrowth(box, text);
  return draft;
}

/** "Address Ada" in the cast puts her name in front of the draft; an opener becomes the draft. */
function useMentionRequests(
  { text, cast }: Draft,
  write: (text: string, caret: number) => void,
): void {
  const { mention, draftText } = useRoom();
  const insert = useRef((_id: string): void => {});
  insert.current = (id) => {
    const persona = cast.find((each) => each.id === id);
    if (persona === undefined) return;
    const next = applyMention(text, { from: 0, to: 0 }, persona.name);
    write(next.text, next.text.length);
  };
  const replace = useRef(write);
  replace.current = write;
  useSignalEffect(() => {
    const words = draftText.value;
    if (words === undefined) return;
    draftText.value = undefined;
    replace.current(words, words.length);
  });
  useSignalEffect(() => {
    const wanted = mention.value;
    if (wanted === undefined) return;
    mention.value = undefined;
    insert.current(wanted);
  });
}

/** What is answered is kept with the draft (SY201); a person who chose to reply writes next. */
function useReplyRequests(box: Box): void {
  const app = useApp();
  const { roomId, replying } = useRoom();
  const isFirst = useRef(true);
  useSignalEffect(() => {
    const seq = replying.value;
    if (!isFirst.current) {
      app.client.writeReply(roomId, seq);
      if (seq !== undefined) box.current?.focus();
    }
    isFirst.current = false;
  });
}

/** The persona who said it, if one did. */
function authorOf(messages: readonly Message[], seq: number | undefined): string | undefined {
  const said = seq === undefined ? undefined : messages.findLast((one) => one.seq === seq);
  return said?.kind === "persona" ? said.author : undefined;
}

/** The box grows with its text up to a third of the page (the style sheet's limit). */
function useGrowth(box: Box, text: string): void {
  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
}

function placeCaret(box: HTMLTextAreaElement | null, caret: number): void {
  if (box === null) return;
  box.focus();
  // After the new text was drawn.
  requestAnimationFrame(() => box.setSelectionRange(caret, caret));
}

function listNames(
  personas: Iterable<{
    readonly id: string;
    readonly removed: boolean;
    readonly card: { readonly name: string };
  }>,
): readonly Named[] {
  return [...personas].filter(({ removed }) => !removed)
    .map(({ id, card }) => ({ id, name: dropBidi(card.name) }));
}
