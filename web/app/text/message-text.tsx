/**
 * A message's words: markdown as soon as its code has arrived, plain lines until then. The code is
 * asked for when the room's code is, so that the plain lines are seldom seen.
 */

import { type Signal, signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { PlainText } from "./plain-text.tsx";

type View = ComponentType<{ readonly text: string }>;

const view: Signal<View | undefined> = signal(undefined);
let asked = false;

/** Fetches the markdown code; if it does not come, messages stay plain and readable. */
export function loadMarkdown(): void {
  if (asked) return;
  asked = true;
  import("./markdown-view.tsx").then((module) => {
    view.value = module.MarkdownView;
  }).catch(() => {
    // Offline before the shell was cached: plain text is complete, only less pretty.
    asked = false;
  });
}

export function MessageText({ text }: { readonly text: string }): JSX.Element {
  const Markdown = view.value;
  if (Markdown !== undefined) {
    return (
      <div class="text" dir="auto">
        <Markdown text={text} />
      </div>
    );
  }
  return (
    <div class="text text-plain" dir="auto">
      <PlainText text={text} />
    </div>
  );
}
