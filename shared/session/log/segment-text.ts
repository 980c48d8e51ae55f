/** What an entry of a session's log is in a prompt, and what that takes. */

import { askerText } from "./asker.ts";
import type { ChildEvent, SegmentEntry } from "./segments.ts";

/** An entry as words for a model; undefined for one that no prompt shows. */
export function segmentText(body: SegmentEntry["body"]): string | undefined {
  switch (body.kind) {
    case "asked":
      return `${askerText(body.from)} asked: ${body.text}`;
    case "note":
      return `Note from ${askerText(body.from)}: ${body.text}`;
    case "call":
      return `Used the tool ${body.tool}: ${JSON.stringify(body.args)}`;
    case "result":
      return `${body.isError ? "It failed" : "It gave"}: ${body.text}`;
    case "said":
      return body.isPartial === true
        ? `Answered until it was stopped: ${body.text}`
        : `Answered: ${body.text}`;
    case "child":
      return childText(body.event);
    // Of the room and of memory a prompt has parts of its own; the rest is book-keeping.
    default:
      return undefined;
  }
}

/** Tokens of an entry by `measure`, which estimates those of a text. */
export function segmentTokens(
  body: SegmentEntry["body"],
  measure: (text: string) => number,
): number {
  const text = segmentText(body);
  return text === undefined ? 0 : measure(text);
}

function childText(event: ChildEvent): string {
  switch (event.kind) {
    case "spawned":
      return `Made the helper ${event.child}: ${event.task}`;
    case "ended":
      return `The helper ${event.child} ended: ${event.result.kind}`;
    case "stopped":
      return `The helper ${event.child} was stopped: ${event.reason}`;
  }
}
