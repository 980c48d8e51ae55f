/**
 * Moves of the focus through the conversation. The log is one stop of the Tab key: arrows go from
 * message to message, Tab from a message to what is in it, and behind its last button to what
 * follows the log, however many messages there are.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY233 Every message and every line of the conversation can be reached by the keyboard, and so
 *         can what is in it; a log of any length is one stop of the Tab key.
 */

/** What can have the focus in a row: a message, or a line with what can be pressed in it. */
const STOP = ".row > article, .row > .quiet, .row > .aside-line";

/** Links, buttons and folded details in a message. */
const INNER = "a[href], button:not(:disabled), summary, textarea, input, [tabindex='0']";

export function findLog(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[role=log]");
}

export function stopOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>(STOP) ?? null;
}

const stopsOf = (log: HTMLElement): readonly HTMLElement[] => [
  ...log.querySelectorAll<HTMLElement>(STOP),
];

export function focusStop(stop: HTMLElement | undefined): boolean {
  if (stop === undefined) return false;
  if (!stop.hasAttribute("tabindex")) stop.tabIndex = -1;
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "nearest" });
  return true;
}

/** Where one goes on: the message of `rowKey`, or the last one in sight. */
export function currentStop(log: HTMLElement, rowKey: string | undefined): HTMLElement | undefined {
  const stops = stopsOf(log);
  const known = stops.find((stop) => rowKeyOf(stop) === rowKey);
  if (known !== undefined && isInSight(log, known)) return known;
  return stops.findLast((stop) => isInSight(log, stop)) ?? stops.at(-1);
}

export function rowKeyOf(element: Element | null): string | undefined {
  return element?.closest<HTMLElement>(".row")?.dataset["key"];
}

function isInSight(log: HTMLElement, stop: HTMLElement): boolean {
  const box = log.getBoundingClientRect();
  const { top, bottom } = stop.getBoundingClientRect();
  return bottom > box.top && top < box.bottom;
}

/** One message on or back; from elsewhere to where one was. */
export function step(log: HTMLElement, by: 1 | -1, rowKey: string | undefined): boolean {
  const here = log.contains(document.activeElement) ? stopOf(document.activeElement) : null;
  if (here === null) return focusStop(currentStop(log, rowKey));
  const stops = stopsOf(log);
  // At either end the focus stays, and the key is not the browser's either.
  return focusStop(stops[stops.indexOf(here) + by] ?? here);
}

/** A screenful on or back, or to an end; the focus goes to a message that is then in sight. */
export async function leap(
  log: HTMLElement,
  to: "down" | "up" | "first" | "newest",
  signal: AbortSignal,
): Promise<void> {
  const page = log.clientHeight * 0.85;
  log.scrollTop = to === "first"
    ? 0
    : to === "newest"
    ? log.scrollHeight
    : log.scrollTop + (to === "down" ? page : -page);
  // The log draws the rows of its new place when it hears of the scrolling.
  for (let frame = 0; frame < 3; frame += 1) await nextFrame(signal);
  const stops = stopsOf(log);
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  const goal = to === "newest" || (to === "down" && isAtEnd)
    ? stops.at(-1)
    : to === "first" || log.scrollTop <= 0
    ? stops[0]
    : stops.find((stop) => stop.getBoundingClientRect().top >= log.getBoundingClientRect().top) ??
      currentStop(log, undefined);
  focusStop(goal);
}

function nextFrame(signal: AbortSignal): Promise<void> {
  return new Promise((done, stopped) => {
    signal.throwIfAborted();
    const frame = requestAnimationFrame(() => {
      signal.removeEventListener("abort", stop);
      done();
    });
    const stop = (): void => {
      cancelAnimationFrame(frame);
      stopped(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** From a message to the first thing in it that can be pressed. */
export function enterStop(): boolean {
  const stop = document.activeElement;
  if (!(stop instanceof HTMLElement) || !stop.matches(STOP)) return false;
  const inner = stop.querySelector<HTMLElement>(`.actions :is(${INNER})`) ??
    stop.querySelector<HTMLElement>(INNER);
  inner?.focus();
  return inner !== null;
}

/**
 * Before the browser follows a Tab: where that would lead through every message of the log, the
 * focus is put to the log's edge, from which it leaves. True when the Tab was done here.
 */
export function guideTab(log: HTMLElement, isBack: boolean): boolean {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !log.contains(active)) return false;
  const stop = stopOf(active);
  const inner = stop === null
    ? []
    : [...stop.querySelectorAll<HTMLElement>(INNER)].filter(canBeSeen);
  if (isBack) {
    if (active === stop) log.focus({ preventScroll: true });
    else if (stop !== null && active === inner[0]) return focusStop(stop);
    return false;
  }
  if (stop !== null && active !== inner.at(-1) && inner.length > 0) return false;
  const edge = log.lastElementChild;
  if (!(edge instanceof HTMLElement)) return false;
  // Not a stop for readers: the focus only passes through it.
  edge.tabIndex = -1;
  edge.focus({ preventScroll: true });
  return false;
}

function canBeSeen(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
