/**
 * Keeps the focus from getting lost: when what has it leaves the page or is switched off, the focus
 * goes to the nearest thing that stayed, and not back to the top of the page.
 *
 * Owns a short history of where the focus was. Does not own dialogs, which give the focus back to
 * what opened them (`modal.tsx`); where that has gone too, this finds the next best.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY235 When what has the focus goes away, the focus goes to its message, else to what is next to
 *         it, else to where it was before; after a touch not into text, which opens a keyboard.
 */

import { currentStop, findLog, rowKeyOf } from "./log-moves.ts";
import { isShown } from "./page-parts.ts";

/** Enough for a dialog over a dialog over a sheet. */
const VISITS_MAX = 16;

const FOCUSABLE =
  "a[href], button:not(:disabled), textarea, input:not(:disabled):not([hidden]), select, summary";

const TEXT = "textarea, input";

/** Beyond these "next to it" means nothing any more. */
const BORDER = "main, .rail, .side, dialog, body";

interface Visit {
  readonly element: HTMLElement;
  readonly rowKey: string | undefined;
  /** What it stood in, the innermost first, up to the part of the page. */
  readonly around: readonly HTMLElement[];
}

/** Watches until `signal` aborts. `onVisit` hears of each new place of the focus. */
export function keepFocus(signal: AbortSignal, onVisit: (element: HTMLElement) => void): void {
  let visits: readonly Visit[] = [];
  /** A pointer went elsewhere: who uses one has put the focus away, and does not look for it. */
  let isPutAway = false;
  let isTouched = false;
  const note = (element: EventTarget | null): void => {
    if (!(element instanceof HTMLElement) || element === document.body) return;
    isPutAway = false;
    // The edge of the log is only passed through.
    if (element.parentElement?.matches("[role=log]") === true) return;
    const others = visits.filter((visit) => visit.element !== element);
    // A dialog may stand in a message: what opened it comes before the message.
    const rowKey = element.closest("dialog") === null ? rowKeyOf(element) : undefined;
    visits = [...others, { element, rowKey, around: aroundOf(element) }].slice(-VISITS_MAX);
    onVisit(element);
  };
  note(document.activeElement);
  document.addEventListener("focusin", (event) => note(event.target), { signal });
  const putAway = ({ pointerType }: PointerEvent): void => {
    isPutAway = true;
    isTouched = pointerType !== "mouse";
  };
  const useKeys = (): void => {
    isTouched = false;
  };
  document.addEventListener("pointerdown", putAway, { signal, capture: true });
  document.addEventListener("keydown", useKeys, { signal, capture: true });
  const watcher = new MutationObserver(() => {
    const last = visits.at(-1);
    if (isPutAway || last === undefined || !isLost(last.element)) return;
    restore(visits, isTouched && !last.element.matches(TEXT));
  });
  watcher.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["disabled", "hidden", "open"],
  });
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
}

/** The page has the focus on nothing, and what had it cannot have it any more. */
function isLost(element: HTMLElement): boolean {
  const { activeElement } = document;
  if (activeElement !== null && activeElement !== document.body && activeElement !== element) {
    return false;
  }
  return !element.isConnected || element.matches(":disabled") || !isShown(element);
}

function restore(visits: readonly Visit[], isNoText: boolean): void {
  for (const visit of visits.toReversed()) {
    for (const refuge of refugesOf(visit)) {
      if (isNoText && refuge?.matches(TEXT) === true) continue;
      if (tryFocus(refuge)) return;
    }
  }
  tryFocus(document.querySelector<HTMLElement>("dialog[open]") ?? document.getElementById("main"));
}

function* refugesOf({ element, rowKey, around }: Visit): Generator<HTMLElement | null> {
  yield element;
  // A screen whose code has come stands where its empty frame was.
  if (element.id !== "") yield document.getElementById(element.id);
  if (rowKey !== undefined) yield* refugesInLog(rowKey);
  for (const place of around.filter((one) => one.isConnected && !one.matches(BORDER))) {
    // In the message box that is the box, and not its first button.
    yield place.closest("form")?.querySelector("textarea") ?? null;
    yield* place.querySelectorAll<HTMLElement>(FOCUSABLE);
  }
}

function* refugesInLog(rowKey: string): Generator<HTMLElement | null> {
  const log = findLog();
  if (log === null) return;
  const row = [...log.querySelectorAll<HTMLElement>(".row")]
    .find(({ dataset }) => dataset["key"] === rowKey);
  const stop = row?.querySelector<HTMLElement>(":scope > *");
  if (row !== undefined && stop !== undefined && stop !== null) {
    if (!stop.hasAttribute("tabindex")) stop.tabIndex = -1;
    yield stop;
  }
  // Scrolled away: the log keeps the focus, and the arrows go on with what is in sight.
  yield row === undefined ? log : currentStop(log, rowKey) ?? log;
}

function tryFocus(element: HTMLElement | null): boolean {
  if (element === null || !element.isConnected || !isShown(element)) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

function aroundOf(element: HTMLElement): readonly HTMLElement[] {
  const around: HTMLElement[] = [];
  for (let one = element.parentElement; one !== null; one = one.parentElement) {
    around.push(one);
    if (one.matches(BORDER)) break;
  }
  return around;
}
