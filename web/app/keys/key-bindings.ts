/**
 * Binds the table's keys to the page: reads where the focus is, asks which row is meant, does it.
 * Owns the listeners of keys and the last place in the conversation.
 */

import { keepFocus } from "./focus-keeper.ts";
import { findRows, type KeyPlace } from "./find-row.ts";
import { type BoundRow, KEY_TABLE, type KeyDeed } from "./key-table.ts";
import { enterStop, findLog, focusStop, guideTab, leap, rowKeyOf, step } from "./log-moves.ts";
import { currentStop, stopOf } from "./log-moves.ts";
import { createPageParts, isShown } from "./page-parts.ts";
import { singleKeys } from "./single-keys.ts";

const TEXT = "textarea, select, [contenteditable]:not([contenteditable=false]), " +
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])";

/** What a row leads to; true when it was done and the key is the page's. */
type Deeds = Readonly<Record<KeyDeed, () => boolean>>;

/** Listens until `signal` aborts. */
export function bindKeys(openHelp: () => void, signal: AbortSignal): void {
  const parts = createPageParts();
  let rowKey: string | undefined;
  let cameBack = false;
  keepFocus(signal, (element) => {
    parts.visit(element);
    rowKey = rowKeyOf(element) ?? rowKey;
  });
  const inLog = (move: (log: HTMLElement) => boolean): boolean => {
    const log = findLog();
    return log !== null && move(log);
  };
  const leapTo = (to: Parameters<typeof leap>[1]) => (): boolean =>
    inLog((log) => {
      // Ends with this page's listeners, which own it.
      void leap(log, to, signal).catch(() => undefined);
      return true;
    });
  const deeds: Deeds = {
    "help": () => {
      openHelp();
      return true;
    },
    "part-next": () => parts.go(1),
    "part-previous": () => parts.go(-1),
    "message-box": focusMessageBox,
    "message-next": () => inLog((log) => step(log, 1, rowKey)),
    "message-previous": () => inLog((log) => step(log, -1, rowKey)),
    "page-down": leapTo("down"),
    "page-up": leapTo("up"),
    "message-first": leapTo("first"),
    "message-newest": leapTo("newest"),
    "into-message": enterStop,
    "out-of-log": leaveLog,
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    cameBack = event.key === "Tab" && event.shiftKey;
    if (event.key === "Tab" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      if (inLog((log) => guideTab(log, event.shiftKey))) event.preventDefault();
      return;
    }
    const place = placeOf(document.activeElement);
    for (const row of findRows(KEY_TABLE, event, place, singleKeys.value)) {
      if (!carryOut(row, deeds)) continue;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
  };
  document.addEventListener("keydown", onKey, { signal });
  // Shift+Tab into the log comes to its last button; the message is where one goes on.
  const onFocus = (event: FocusEvent): void => {
    const log = findLog();
    const isBack = cameBack;
    cameBack = false;
    if (!isBack || log === null || !(event.target instanceof Element)) return;
    const from = event.relatedTarget;
    if (!log.contains(event.target) || (from instanceof Node && log.contains(from))) return;
    focusStop(currentStop(log, rowKey));
  };
  document.addEventListener("focusin", onFocus, { signal });
}

function placeOf(focused: Element | null): KeyPlace {
  const stop = stopOf(focused);
  return {
    isText: focused?.matches(TEXT) === true,
    isDialog: document.querySelector("dialog[open]") !== null,
    inMessage: stop !== null,
    isLog: focused !== null && (focused === stop || focused.matches("[role=log]")),
  };
}

function carryOut(row: BoundRow, deeds: Deeds): boolean {
  if ("run" in row) return deeds[row.run]();
  const within = row.group === "message" ? stopOf(document.activeElement) : document;
  const button = [...within?.querySelectorAll<HTMLElement>(row.press) ?? []].find(isShown);
  button?.click();
  return button !== undefined;
}

function focusMessageBox(): boolean {
  const box = document.querySelector<HTMLElement>(".composer textarea");
  box?.focus();
  return box !== null;
}

/** While something is written, Escape stops that; else it goes a step out. */
function leaveLog(): boolean {
  if (document.querySelector(".stop") !== null) return false;
  const { activeElement } = document;
  const stop = stopOf(activeElement);
  return stop !== null && stop !== activeElement ? focusStop(stop) : focusMessageBox();
}
