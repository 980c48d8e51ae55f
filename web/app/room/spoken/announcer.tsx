/**
 * Speaks to screen readers: a live region of whole lines, which only grows at its end.
 *
 * Owns how far the log was heard. Does not own who is heard when (`speech-order.ts`) nor what is
 * news (`log-news.ts`).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY238 The region that is read aloud takes whole lines at its end alone, and what stands in it
 *         is never read again.
 */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { isMuted } from "../../attention/attention.ts";
import { t } from "../../messages/translate.ts";
import { isSettled } from "../log/log-rows.ts";
import { personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { isChoice } from "../turn/choice.ts";
import { attemptKey, newsSince } from "./log-news.ts";
import { speechChoice } from "./speech-choice.ts";
import { decideSpeech, type LiveSpeech, SILENCE, type SpokenLine } from "./speech-order.ts";

/** Kept in the region: readers speak additions, and a long history there helps nobody. */
const LINES_MAX = 16;

export function Announcer({ heardSeq }: {
  /** What stood in the log already when the room was opened. */
  readonly heardSeq: number;
}): JSX.Element {
  const app = useApp();
  const { roomId, state, ownDevice } = useRoom();
  const [lines, setLines] = useState<readonly SpokenLine[]>([]);
  const heardUntil = useRef(heardSeq);
  const order = useRef(SILENCE);
  const live = useLiveSpeech();
  const choice = speechChoice.value;
  useEffect(() => {
    const isUnheard = (author: string): boolean =>
      author === ownDevice.value || isMuted(app.attention.value, roomId, author);
    const news = newsSince(state.value, heardUntil.current, isUnheard);
    heardUntil.current = state.value.head;
    const spoken = decideSpeech(order.current, news, live);
    order.current = spoken.state;
    if (choice === "nothing" || spoken.lines.length === 0) return;
    setLines((before) => [...before, ...spoken.lines].slice(-LINES_MAX));
  }, [state.value, ownDevice.value, live, choice]);
  // Status alone would have all of it read again with each line: it is atomic unless told.
  return (
    <div
      class="sr-only"
      role="status"
      aria-live="polite"
      aria-atomic="false"
      aria-label={t("log.announcements")}
    >
      {lines.map((line) => <p key={line.key}>{line.text}</p>)}
    </div>
  );
}

const NOBODY: readonly LiveSpeech[] = [];

/** The answers that come, where they are to be heard before they are whole. */
function useLiveSpeech(): readonly LiveSpeech[] {
  const app = useApp();
  const { roomId, state, view } = useRoom();
  const known = useRef(NOBODY);
  if (speechChoice.value !== "sentences") return NOBODY;
  const next = view.value.running
    .filter((one) => one.roomId === roomId && !isChoice(state.value, one.turn))
    .filter((one) => !isMuted(app.attention.value, roomId, one.persona))
    // The snapshot may lag behind the log: a settled attempt no longer runs.
    .filter((one) => !isSettled(state.value, one))
    .map(({ turn, persona, attempt }) => ({
      attempt: attemptKey(turn, persona, attempt),
      name: personaName(state.value, persona),
      words: app.client.streamText(roomId, turn, persona, attempt).value,
    }));
  const isSame = next.length === known.current.length && next.every((one, index) => {
    const old = known.current[index];
    return old?.attempt === one.attempt && old.words === one.words;
  });
  if (!isSame) known.current = next;
  return known.current;
}
