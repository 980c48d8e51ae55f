/**
 * The conversation: a window over its rows that keeps the reader's place.
 *
 * The box has role log, and its own live announcements are off: rows come and go with scrolling,
 * and a reader must not hear old messages again. `announcer.tsx` speaks each finished message once.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY136 The log is as high as all its rows, drawn or not, so that the wheel and the bar reach
 *         each.
 *   SY137 At the end of the log a message that streams moves no other, as the browser measures it
 *         where it can keep the end in sight itself.
 */

import type { Signal } from "@preact/signals";
import type { JSX, VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { plural, t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { type SavedPlace, ScrollKeeper } from "./scroll-keeper.ts";
import type { WindowRange } from "./window-range.ts";

/** Above a row that was looked for, so that what came before it is in sight. */
const GOAL_OFFSET_PX = 80;
/** Nearer than this to the first row the ones before it are asked for: some twenty messages. */
const EARLIER_PX = 2_000;

/** Whether the browser keeps the end in sight itself (room.css); what it leaves is put right. */
const holdsEnd = CSS.supports("overflow-anchor", "auto");

export interface LogViewProps<R extends { readonly key: string }> {
  /** Where the reader's place is kept. */
  readonly placeId: string;
  readonly label: string;
  readonly rows: readonly R[];
  readonly drawRow: (row: R) => VNode;
  /** Key of a row to bring into sight; taken back once it is there. */
  readonly goal?: Signal<string | undefined> | undefined;
  /** Asks for the rows before the first; undefined where there are none. */
  readonly onEarlier?: (() => void) | undefined;
}

export function LogView<R extends { readonly key: string }>(
  { placeId, label, rows, drawRow, goal, onEarlier }: LogViewProps<R>,
): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const keeper = useMemo(() => new ScrollKeeper(), [placeId]);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  /** The newest row when the reader was last at the end: rows also come before the first. */
  const [seen, setSeen] = useState(rows.at(-1)?.key);
  const keys = useMemo(() => rows.map((row) => row.key), [rows]);
  keeper.setRows(keys);
  const range = keeper.range(scroller.current);
  const drawn = useRef<WindowRange>(range);
  drawn.current = range;

  const seek = useSeek(keeper, rows, onEarlier, redraw);
  usePlace(placeId, keeper, seek, redraw);
  useGoal(goal, seek, scroller);
  useLayoutEffect(() => {
    const box = scroller.current;
    // Before a dialog opens nothing in it has a size: rows of no height would all be drawn.
    if (box === null || box.clientHeight === 0) return;
    if (keeper.measure(rowElements(box), box.clientWidth)) redraw(0);
    // A scroll by code, before the browser's own, counts as a shift (SY137).
    if (!(holdsEnd && keeper.wasAtEnd)) keeper.restore(box);
  });
  useSizes(scroller, keeper, redraw, range);
  useFilling(scroller, rows, onEarlier);

  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null) return;
    const before = keeper.following;
    keeper.readScroll(box);
    if (keeper.following || before) setSeen(rows.at(-1)?.key);
    if (box.scrollTop < EARLIER_PX && !keeper.following) onEarlier?.();
    const next = keeper.range(box);
    if (
      next.start !== drawn.current.start || next.end !== drawn.current.end ||
      before !== keeper.following
    ) redraw(0);
  };
  const toNewest = (): void => {
    keeper.follow();
    setSeen(rows.at(-1)?.key);
    redraw(0);
    scroller.current?.focus({ preventScroll: true });
  };

  const memo = useVNodeMemo(drawRow);
  const below = keeper.following ? 0 : rowsBehind(rows, seen);
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={scroller}
        role="log"
        aria-label={label}
        aria-live="off"
        tabIndex={0}
        onScroll={onScroll}
      >
        <div class="log-space" style={{ paddingTop: `${keeper.topOf(range.start)}px` }}>
          {rows.slice(range.start, range.end).map((row, index) => (
            <div
              key={row.key}
              class="row"
              data-key={row.key}
              data-index={range.start + index}
            >
              {memo(row)}
            </div>
          ))}
        </div>
        <div
          class={keeper.following ? "log-end" : ""}
          style={{ height: `${Math.max(0, keeper.height - keeper.topOf(range.end))}px` }}
        />
      </div>
      {!keeper.following && (
        <button type="button" class="button log-newest" onClick={toNewest}>
          <Icon name="down" size={16} />
          {below > 0 ? plural("log.newest-count", below) : t("log.newest")}
        </button>
      )}
    </div>
  );
}

function rowsBehind(rows: readonly { readonly key: string }[], key: string | undefined): number {
  const index = rows.findLastIndex((row) => row.key === key);
  return index === -1 ? 0 : rows.length - 1 - index;
}

/** Goes to a place, now or once its row is there: the rows before the first are asked for then. */
function useSeek(
  keeper: ScrollKeeper,
  rows: readonly { readonly key: string }[],
  onEarlier: (() => void) | undefined,
  redraw: (step: number) => void,
): (place: SavedPlace) => void {
  const sought = useRef<SavedPlace | undefined>(undefined);
  useLayoutEffect(() => {
    if (sought.current === undefined) return;
    if (keeper.load(sought.current)) redraw(0);
    else if (onEarlier !== undefined) return;
    sought.current = undefined;
  }, [rows]);
  return (place) => {
    if (keeper.load(place)) return redraw(0);
    sought.current = place;
    onEarlier?.();
  };
}

/** What needs no scrolling is never scrolled (SY139): set aside, 300 messages are one line. */
function useFilling(
  scroller: { readonly current: HTMLDivElement | null },
  rows: readonly unknown[],
  onEarlier: (() => void) | undefined,
): void {
  useEffect(() => {
    const { clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {};
    if (clientHeight > 0 && scrollHeight <= clientHeight) onEarlier?.();
  }, [rows, onEarlier]);
}

/** Redraws a row only when the row or the drawer has changed: scrolling reuses what is there. */
function useVNodeMemo<R extends { readonly key: string }>(
  drawRow: (row: R) => VNode,
): (row: R) => VNode {
  const cache = useMemo(() => new WeakMap<R, VNode>(), [drawRow]);
  return (row) => {
    const kept = cache.get(row);
    if (kept !== undefined) return kept;
    const made = drawRow(row);
    cache.set(row, made);
    return made;
  };
}

/** Streams, fonts and opened details change heights between renders: measure and hold the place. */
function useSizes(
  scroller: { readonly current: HTMLDivElement | null },
  keeper: ScrollKeeper,
  redraw: (step: number) => void,
  range: WindowRange,
): void {
  const observer = useRef<ResizeObserver | undefined>(undefined);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const sizes = new ResizeObserver(() => {
      if (box.clientHeight === 0) return;
      if (keeper.measure(rowElements(box), box.clientWidth)) redraw(0);
      keeper.restore(box);
    });
    observer.current = sizes;
    sizes.observe(box);
    for (const row of rowElements(box)) sizes.observe(row);
    return () => sizes.disconnect();
  }, [keeper]);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    // Observing an element again is free; rows that left the document are dropped by the browser.
    for (const row of rowElements(box)) observer.current?.observe(row);
  }, [range.start, range.end, keeper.height]);
}

/** Brings the wanted row to the upper third, where its message takes the focus. */
function useGoal(
  goal: Signal<string | undefined> | undefined,
  seek: (place: SavedPlace) => void,
  scroller: { readonly current: HTMLDivElement | null },
): void {
  const key = goal?.value;
  const wanted = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (goal === undefined || key === undefined) return;
    goal.value = undefined;
    wanted.current = key;
    seek({ key, offset: GOAL_OFFSET_PX });
  }, [key]);
  useEffect(() => {
    const box = scroller.current;
    if (box === null || wanted.current === undefined) return;
    const row = [...rowElements(box)].find((each) => each.dataset["key"] === wanted.current);
    if (row === undefined) return;
    wanted.current = undefined;
    // Who types what to look for goes on typing.
    if (document.activeElement?.closest("[role=search]")) return;
    row.querySelector<HTMLElement>("article")?.focus({ preventScroll: true });
  });
}

/** The place survives a reload and a visit to another screen. */
function usePlace(
  placeId: string,
  keeper: ScrollKeeper,
  seek: (place: SavedPlace) => void,
  redraw: (step: number) => void,
): void {
  useLayoutEffect(() => {
    const key = `conclave.place.${placeId}`;
    const stored = readPlace(sessionStorage.getItem(key));
    if (stored !== undefined) seek(stored);
    redraw(0);
    const save = (): void => {
      const place = keeper.save();
      if (place === undefined) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(place));
    };
    addEventListener("pagehide", save);
    return () => {
      removeEventListener("pagehide", save);
      save();
    };
  }, [placeId, keeper]);
}

function readPlace(stored: string | null): SavedPlace | undefined {
  if (stored === null) return undefined;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== "object" || value === null) return undefined;
    const { key, offset } = value as Partial<SavedPlace>;
    return typeof key === "string" && typeof offset === "number" ? { key, offset } : undefined;
  } catch {
    // Not ours: the log then opens at its end.
    return undefined;
  }
}

function rowElements(box: HTMLElement): NodeListOf<HTMLElement> {
  return box.querySelectorAll<HTMLElement>(".row");
}
