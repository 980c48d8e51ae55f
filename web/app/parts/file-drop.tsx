/** A place to choose a file or to drop one on. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

export function FileDrop({ label, hint, dropHint, accept, status, isBad, onFile, children }: {
  readonly label: string;
  readonly hint: string;
  /** Stands in for the hint while a file is held over the page. */
  readonly dropHint: string;
  readonly accept: string;
  /** What became of the last file; empty before there was one. */
  readonly status: string;
  readonly isBad: boolean;
  readonly onFile: (file: File) => void;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const isOver = useDrop(onFile);
  return (
    <section class={isOver ? "card-drop card-drop-over" : "card-drop"} aria-label={label}>
      <button
        type="button"
        class="button"
        aria-describedby={`${id}-hint`}
        onClick={() => input.current?.click()}
      >
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <p class="hint" id={`${id}-hint`}>{isOver ? dropHint : hint}</p>
      <p role="status" class={isBad ? "bad" : undefined}>{status}</p>
      {children}
    </section>
  );
}

/** Undefined for one that was moved or locked since it was chosen. */
export async function bytesOf(file: File): Promise<Uint8Array | undefined> {
  return await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => undefined, // NotReadableError, the one thing that reading a file rejects with.
  );
}

/** Takes files that are dropped anywhere: beside the frame the browser would leave the page. */
function useDrop(onFile: (file: File) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const over = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      // Left the window, not only one element for another.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) latest.current(file);
    };
    addEventListener("dragover", over, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("drop", drop, { signal });
    return () => ending.abort();
  }, []);
  return isOver;
}
