/**
 * The log as rows: what is drawn, in order, derived from the room's state and what runs now.
 *
 * A persona's row keeps its key from the first token to the settled answer, so that the bubble on
 * the screen is one element all the way and nothing jumps when the stream becomes a message.
 */

import type {
  AttemptState,
  Message,
  MessageImage,
  RoomState,
  TurnEntry,
} from "#shared/room/mod.ts";
import type { RunningAttempt, UnsentMessage } from "../../../client/app-client.ts";
import { dayNumber } from "../../parts/format.ts";

export interface PersonRow {
  readonly kind: "person";
  readonly key: string;
  readonly author: string;
  readonly text: string;
  readonly atMs: number;
  /** Absent for most. */
  readonly images?: readonly MessageImage[] | undefined;
  /** The message that it answers. */
  readonly replyTo?: number | undefined;
  /** Undefined while it waits to be sent: only what is in the log can be acted on. */
  readonly message: Message | undefined;
  /** Follows a message of the same person within minutes: name and face are not repeated. */
  readonly joined: boolean;
}

export interface PersonaRow {
  readonly kind: "persona";
  readonly key: string;
  readonly turn: number;
  readonly persona: string;
  /** Undefined until the first answer settled. */
  readonly message: Message | undefined;
  readonly entry: TurnEntry | undefined;
  readonly running: RunningAttempt | undefined;
  /** Settled attempts with words, oldest first. */
  readonly alternates: readonly AttemptState[];
  /** Place in `alternates` of the shown one. */
  readonly shown: number;
  /** A later attempt that ended without words, told under the answer that stays. */
  readonly note: AttemptState | undefined;
}

export interface QuietRow {
  readonly kind: "quiet";
  readonly key: string;
  readonly turn: number;
  readonly persona: string;
  readonly attempt: AttemptState;
  readonly aside: boolean;
}

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly atMs: number }
  | PersonRow
  | PersonaRow
  | QuietRow
  /** Waits for a lane: one quiet line until the first word. */
  | { readonly kind: "waiting"; readonly key: string; readonly running: RunningAttempt }
  /** Chooses who speaks: the line that will tell the choice. */
  | { readonly kind: "choosing"; readonly key: string; readonly running: RunningAttempt }
  | {
    readonly kind: "aside";
    readonly key: string;
    readonly count: number;
    readonly open: boolean;
    /** Nothing stands behind it. */
    readonly isEnd: boolean;
  };

export interface RowInput {
  readonly state: RoomState;
  readonly running: readonly RunningAttempt[];
  /** Keys of opened aside groups. */
  readonly openAsides: ReadonlySet<string>;
  /** Own messages on their way, oldest first. */
  readonly unsent?: readonly UnsentMessage[] | undefined;
  readonly ownDevice?: string | undefined;
  /** Keys that messages have had since before they were sent, by seq (unsent-rows.ts). */
  readonly sentKeys?: ReadonlyMap<number, string> | undefined;
}

type Item = PersonRow | PersonaRow | QuietRow;

const JOINED_MS_MAX = 5 * 60_000;

/** All rows of the room; linear in the log. */
export function buildRows(input: RowInput): readonly Row[] {
  const { state, running, openAsides } = input;
  const live = running.filter((attempt) => !isSettled(state, attempt));
  const liveByKey = new Map(
    live.map((attempt) => [rowKey(attempt.turn, attempt.persona), attempt]),
  );
  const items = settledItems(state, liveByKey, input.sentKeys);
  return [
    ...groupItems(items, openAsides),
    ...liveRows(state, liveByKey, items),
    ...unsentRows(input, items.at(-1)),
  ];
}

export function rowKey(turn: number, persona: string): string {
  return `p/${turn}/${persona}`;
}

/** Whether its end is in the log. */
export function isSettled(state: RoomState, { turn, persona, attempt }: RunningAttempt): boolean {
  const entry = state.turns.get(turn)?.entries.find((each) => each.persona === persona);
  return entry?.attempts.some((each) => each.attempt === attempt) ?? false;
}

/** Messages and wordless settlements in log order. */
function settledItems(
  state: RoomState,
  liveByKey: ReadonlyMap<string, RunningAttempt>,
  sentKeys: RowInput["sentKeys"],
): readonly Item[] {
  const spoken = new Set<string>();
  for (const message of state.messages) {
    if (message.kind === "persona") spoken.add(rowKey(message.turn, message.author));
  }
  const quiet = quietItems(state, spoken, liveByKey);
  const items: Item[] = [];
  let nextQuiet = 0;
  let aside = false;
  const takeQuiet = (beforeSeq: number): void => {
    for (let row = quiet[nextQuiet]; row !== undefined; row = quiet[++nextQuiet]) {
      // What an entry settles of itself, such as a turn that finds no host, comes behind it.
      if (row.attempt.settledSeq >= beforeSeq) return;
      items.push(aside ? { ...row, aside } : row);
    }
  };
  for (const message of state.messages) {
    takeQuiet(message.seq);
    aside = message.aside;
    items.push(
      message.kind === "person"
        ? personItem(message, sentKeys?.get(message.seq))
        : personaItem(state, message, liveByKey),
    );
  }
  takeQuiet(Infinity);
  return items;
}

function personItem(message: Message, sentKey: string | undefined): PersonRow {
  const { seq, author, text, at, images, replyTo } = message;
  const key = sentKey ?? `m/${seq}`;
  return { kind: "person", key, author, text, atMs: at, images, replyTo, message, joined: false };
}

/** At the end of the log, in the order in which they were written. */
function unsentRows({ unsent, ownDevice }: RowInput, last: Item | undefined): readonly Row[] {
  const rows: PersonRow[] = [];
  for (const { id, text, atMs, images, replyTo } of unsent ?? []) {
    const row: PersonRow = {
      kind: "person",
      key: unsentKey(id),
      author: ownDevice ?? "",
      text,
      atMs,
      images,
      replyTo,
      message: undefined,
      joined: false,
    };
    rows.push(isJoined(row, rows.at(-1) ?? last) ? { ...row, joined: true } : row);
  }
  return rows;
}

export function unsentKey(id: string): string {
  return `u/${id}`;
}

function quietItems(
  state: RoomState,
  spoken: ReadonlySet<string>,
  liveByKey: ReadonlyMap<string, RunningAttempt>,
): readonly QuietRow[] {
  const rows: QuietRow[] = [];
  for (const { turn, entries } of state.turns.values()) {
    for (const { persona, attempts } of entries) {
      const attempt = attempts.at(-1);
      const key = rowKey(turn, persona);
      if (attempt === undefined || spoken.has(key) || liveByKey.has(key)) continue;
      rows.push({ kind: "quiet", key, turn, persona, attempt, aside: false });
    }
  }
  return rows.sort((a, b) => a.attempt.settledSeq - b.attempt.settledSeq);
}

function personaItem(
  state: RoomState,
  message: Message,
  liveByKey: ReadonlyMap<string, RunningAttempt>,
): PersonaRow {
  const entry = state.turns.get(message.turn)?.entries.find((e) => e.persona === message.author);
  const alternates = (entry?.attempts ?? []).filter(hasWords);
  const shown = alternates.findIndex((attempt) => attempt.attempt === shownAttempt(entry));
  const last = entry?.attempts.at(-1);
  const key = rowKey(message.turn, message.author);
  return {
    kind: "persona",
    key,
    turn: message.turn,
    persona: message.author,
    message,
    entry,
    running: liveByKey.get(key),
    alternates,
    shown: Math.max(0, shown),
    note: last === undefined || hasWords(last) ? undefined : last,
  };
}

/** As the fold shows it: the picked attempt, else the newest that has words. */
function shownAttempt(entry: TurnEntry | undefined): number | undefined {
  return entry?.picked ?? entry?.attempts.findLast(hasWords)?.attempt;
}

function hasWords({ outcome }: AttemptState): boolean {
  return (outcome.kind === "replied" || outcome.kind === "stopped") && outcome.text !== "";
}

/** Adds day lines, joins runs of one person, folds runs of set-aside items. */
function groupItems(items: readonly Item[], openAsides: ReadonlySet<string>): readonly Row[] {
  const rows: Row[] = [];
  let day: number | undefined;
  let previous: Item | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Item;
    if (isAside(item) && (previous === undefined || !isAside(previous))) {
      const end = asideEnd(items, index);
      const key = `aside/${item.key}`;
      const open = openAsides.has(key);
      const count = countMessages(items, index, end);
      rows.push({ kind: "aside", key, count, open, isEnd: end === items.length });
      if (!open) {
        previous = items[end - 1];
        index = end - 1;
        continue;
      }
    }
    const itemDay = dayNumber(itemAt(item));
    if (day !== itemDay) {
      rows.push({ kind: "day", key: `d/${itemDay}/${item.key}`, atMs: itemAt(item) });
      previous = undefined;
      day = itemDay;
    }
    rows.push(
      item.kind === "person" && isJoined(item, previous) ? { ...item, joined: true } : item,
    );
    previous = item;
  }
  return rows;
}

/** Attempts of personas who have no row yet, in the order of their turns and entries. */
function liveRows(
  state: RoomState,
  liveByKey: ReadonlyMap<string, RunningAttempt>,
  items: readonly Item[],
): readonly Row[] {
  const drawn = new Set(items.map((item) => item.key));
  const place = ({ turn, persona }: RunningAttempt): number =>
    state.turns.get(turn)?.entries.findIndex((entry) => entry.persona === persona) ?? 0;
  // Who speaks stands above who waits; then by turn, then by place in the cast.
  const order = [...liveByKey.entries()].filter(([key]) => !drawn.has(key)).map(([, live]) => live)
    .sort((a, b) =>
      Number(a.phase === "queued") - Number(b.phase === "queued") || a.turn - b.turn ||
      place(a) - place(b)
    );
  return order.map((running) => {
    const { turn, persona } = running;
    const key = rowKey(turn, persona);
    const entry = state.turns.get(turn)?.entries.find((each) => each.persona === persona);
    if (running.phase === "queued") return { kind: "waiting", key: `w/${key}`, running };
    if (state.turns.get(turn)?.vote !== undefined) return { kind: "choosing", key, running };
    return {
      kind: "persona",
      key,
      turn,
      persona,
      message: undefined,
      entry,
      running,
      alternates: [],
      shown: 0,
      note: undefined,
    };
  });
}

function isAside(item: Item): boolean {
  return item.kind === "quiet" ? item.aside : item.message?.aside ?? false;
}

function asideEnd(items: readonly Item[], from: number): number {
  let end = from;
  while (end < items.length && isAside(items[end] as Item)) end++;
  return end;
}

function countMessages(items: readonly Item[], from: number, end: number): number {
  let count = 0;
  for (let index = from; index < end; index++) if (items[index]?.kind !== "quiet") count++;
  return count;
}

function itemAt(item: Item): number {
  if (item.kind === "person") return item.atMs;
  return item.kind === "quiet" ? item.attempt.settledAt : item.message?.at ?? 0;
}

function isJoined(row: PersonRow, previous: Item | undefined): boolean {
  return previous?.kind === "person" && previous.author === row.author &&
    row.atMs - previous.atMs <= JOINED_MS_MAX;
}
