/**
 * A deed that can be taken back for a while.
 *
 *   SY206 What can be taken back is offered for ten seconds that nobody looks at it: not while it
 *         is hovered or focused or the page is hidden, and never longer than a hundred. A key
 *         takes the newest back, outside of what is being typed.
 */

import "../room/talk/talk-text.ts";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Undo, useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "./icon.tsx";

const OFFER_MS = 10_000;
/** A held room outlives it (client/limits.ts). */
const OFFER_MS_MAX = 100_000;

export function UndoNotice({ id, text, undo }: {
  readonly id: number;
  readonly text: string;
  readonly undo: Undo;
}): JSX.Element {
  const app = useApp();
  const isOver = useRef(false);
  const [isHovered, setHovered] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const isHidden = useHidden();
  /** Once, whichever comes first. */
  const end = (after: (() => void) | undefined): void => {
    if (isOver.current) return;
    isOver.current = true;
    app.dismiss(id);
    after?.call(undo);
  };
  const isHeld = isHovered || isFocused || isHidden;
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => end(undo.onEnd), OFFER_MS);
    return () => clearTimeout(timer);
  }, [isHeld]);
  useEffect(() => {
    const timer = setTimeout(() => end(undo.onEnd), OFFER_MS_MAX);
    return () => clearTimeout(timer);
  }, []);
  const takeBack = (): void => {
    // The notice goes with the press: what is read goes on in the page.
    document.getElementById("main")?.focus({ preventScroll: true });
    end(undo.run);
  };
  return (
    <div
      class="note note-good"
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocusIn={() => setFocused(true)}
      onFocusOut={() => setFocused(false)}
    >
      <Icon name="check" />
      <p class="note-text" role="status">{text}</p>
      <button
        type="button"
        class="button"
        data-deed="undo"
        onClick={takeBack}
      >
        {t("undo.do")}
      </button>
    </div>
  );
}

function useHidden(): boolean {
  const [isHidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = (): void => setHidden(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isHidden;
}
