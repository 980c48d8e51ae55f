/**
 * Marks what was found in the drawn log, without touching its elements' contents.
 *
 * Words are marked by the browser's own highlights, which are ranges over the text that stands
 * there; where a browser has none, the message that is looked at is marked as a whole, as it is
 * everywhere.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY221 What was found is marked while the log scrolls and streams, and no element is made for
 *         it.
 */

import { type FindQuery, spansOf } from "../../client/search/find-query.ts";

export interface Marking {
  readonly query: FindQuery;
  /** Keys of the rows that were found. */
  readonly keys: ReadonlySet<string>;
  /** The row that is looked at. */
  readonly current: string | undefined;
}

const FOUND = "conclave-found";
const NOW = "conclave-found-now";

/** Marks the rows in `log` now and whenever they change, until the disposal. */
export function keepMarked(log: HTMLElement, marking: Marking): Disposable {
  let frame = 0;
  const mark = (): void => {
    frame = 0;
    markRows(log, marking);
  };
  const changes = new MutationObserver(() => {
    frame ||= requestAnimationFrame(mark);
  });
  changes.observe(log, { childList: true, subtree: true, characterData: true });
  mark();
  return {
    [Symbol.dispose]() {
      changes.disconnect();
      cancelAnimationFrame(frame);
      markRows(log, { query: [], keys: new Set(), current: undefined });
    },
  };
}

function markRows(log: HTMLElement, { query, keys, current }: Marking): void { // SY221
  const found: Range[] = [];
  const now: Range[] = [];
  for (const row of log.querySelectorAll<HTMLElement>(".row")) {
    const key = row.dataset["key"] ?? "";
    const isNow = key === current;
    if (isNow) row.dataset["found"] = "now";
    else delete row.dataset["found"];
    if (!keys.has(key) || !hasHighlights()) continue;
    for (const text of row.querySelectorAll(".text")) {
      (isNow ? now : found).push(...rangesOf(query, text));
    }
  }
  if (!hasHighlights()) return;
  put(FOUND, found);
  put(NOW, now);
}

const hasHighlights = (): boolean => "highlights" in CSS && typeof Highlight === "function";

function put(name: string, ranges: readonly Range[]): void {
  if (ranges.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...ranges));
}

/** Where the words stand, also those that are half bold: texts of all nodes are read as one. */
function rangesOf(query: FindQuery, box: Element): readonly Range[] {
  const nodes: { readonly node: Text; readonly from: number }[] = [];
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    nodes.push({ node: node as Text, from: text.length });
    text += (node as Text).data;
  }
  return spansOf(query, text).map(({ start, end }) => {
    const range = document.createRange();
    const first = nodes.findLast(({ from }) => from <= start);
    const last = nodes.findLast(({ from }) => from < end);
    if (first !== undefined) range.setStart(first.node, start - first.from);
    if (last !== undefined) range.setEnd(last.node, end - last.from);
    return range;
  });
}
