/**
 * A message's words: markdown as soon as its code has arrived, plain lines until then. The code is
 * asked for once the room can be typed in. Words without marks look the same in both, so that
 * nothing moves.
 */

import { type Signal, signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { textLimits } from "./limits.ts";
import { PlainText } from "./plain-text.tsx";

const PARAGRAPH_END = /\n\s*\n/;

export interface MessageTextProps {
  readonly text: string;
  /** More of it comes. */
  readonly isGrowing?: boolean;
}

type View = ComponentType<MessageTextProps>;

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

export function MessageText(props: MessageTextProps): JSX.Element {
  const Markdown = view.value;
  if (Markdown !== undefined) {
    return (
      <div class="text" dir="auto">
        <Markdown {...props} />
      </div>
    );
  }
  const paragraphs = props.text.split(PARAGRAPH_END);
  return (
    <div class="text text-plain" dir="auto">
      {(paragraphs.length > textLimits.marksMax ? [props.text] : paragraphs).map((
        paragraph,
        index,
      ) => (
        <p key={index} dir="auto">
          <PlainText text={paragraph} />
        </p>
      ))}
    </div>
  );
}
